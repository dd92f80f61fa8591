// The demo page: does what a visitor does, and shows what the server has counted.
"use strict";

const PAUSE = 1000;
const byId = id => document.getElementById(id);

function showAddress() {
  byId("address").textContent = location.pathname + location.search;
}

byId("actions").addEventListener("click", event => {
  const { path, event: name, goal, revenue } = event.target.dataset;
  // The tracker counts an address once; a number makes every click a page of its own.
  if (path) history.pushState({}, "", `${path}?click=${Date.now() % 100000}`);
  if (name) ka.track(name, { plan: "pro" });
  if (goal) ka.goal(goal, Number(revenue));
  showAddress();
});
addEventListener("popstate", showAddress);
showAddress();
byId("silent").hidden = !(navigator.doNotTrack === "1" || navigator.globalPrivacyControl);

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function chart(days) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const highest = Math.max(1, ...days);
  svg.setAttribute("viewBox", `0 0 ${days.length * 4} 32`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  days.forEach((count, day) => {
    const height = (count / highest) * 32;
    const bar = document.createElementNS(svg.namespaceURI, "rect");
    Object.entries({ x: day * 4, y: 32 - height, width: 3, height }).forEach(pair => bar.setAttribute(...pair));
    svg.append(bar);
  });
  return svg;
}

function row(goal) {
  const made = document.createElement("tr");
  made.dataset.goal = goal.id;
  const title = element("td", "goal", "");
  title.append(element("b", "", goal.name), element("code", "", goal.rule));
  const days = element("td", "chart", "");
  days.append(chart(goal.days));
  const cells = ["conversions", "unique", "revenue"].map(name => element("td", `number ${name}`, ""));
  made.append(title, days, ...cells);
  return made;
}

function put(cell, text) {
  const before = cell.textContent;
  if (before === text) return;
  cell.textContent = text;
  if (before === "") return;
  cell.classList.add("changed");
  setTimeout(() => cell.classList.remove("changed"), 400);
}

function money(goal) {
  if (goal.revenue === null) return "–";
  return Number(goal.revenue).toLocaleString("en", { style: "currency", currency: goal.currency });
}

function show(found) {
  const body = byId("numbers");
  const known = new Map([...body.children].map(line => [line.dataset.goal, line]));
  const lines = found.goals.map(goal => {
    const line = known.get(goal.id) || row(goal);
    line.querySelector("svg").replaceWith(chart(goal.days));
    put(line.querySelector(".conversions"), goal.conversions.toLocaleString("en"));
    put(line.querySelector(".unique"), goal.unique_conversions.toLocaleString("en"));
    put(line.querySelector(".revenue"), money(goal));
    return line;
  });
  body.replaceChildren(...lines);
  byId("live").className = "";
  byId("now").textContent = `live · ${found.visitors_now} ${found.visitors_now === 1 ? "visitor" : "visitors"} right now`;
}

async function poll() {
  try {
    const answer = await fetch("/demo/numbers");
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.json());
  } catch {
    byId("live").className = "off";
    byId("now").textContent = "the server does not answer";
  }
  setTimeout(poll, PAUSE);
}
poll();
