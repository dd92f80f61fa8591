"use strict";

const operations = [...document.querySelectorAll(".operation")];
const said = document.getElementById("said");

function tell(text) {
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = text; });
}

// A link to an endpoint opens it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.matches(".operation")) return;
  if (target.hidden) search("");
  target.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
openTarget();

const menu = document.getElementById("menu");
menu.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (menu.matches(":popover-open")) menu.hidePopover();
  if (link.hash === location.hash) openTarget();
});

// Searching: an endpoint is shown when every word is somewhere in it.
const input = document.getElementById("search");
const nothing = document.getElementById("nothing");
const texts = new Map(operations.map((operation) => [operation, operation.textContent.toLowerCase()]));

function search(text) {
  if (input.value !== text) input.value = text;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const operation of operations) {
    operation.hidden = !words.every((word) => texts.get(operation).includes(word));
    count += operation.hidden ? 0 : 1;
    document.querySelector(`nav a[href="#${CSS.escape(operation.id)}"]`).parentElement.hidden = operation.hidden;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".operation:not([hidden])");
  }
  for (const list of document.querySelectorAll("nav .endpoints")) {
    list.hidden = !list.querySelector("li:not([hidden])");
    list.previousElementSibling.hidden = list.hidden;
  }
  nothing.hidden = count > 0;
  if (words.length) tell(`${count} of ${operations.length} endpoints`);
}

document.getElementById("finder").hidden = false;
input.addEventListener("input", () => search(input.value));
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const first = operations.find((operation) => !operation.hidden);
  if (first) location.hash = first.id;
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, [contenteditable]")) return;
  event.preventDefault();
  if (!menu.checkVisibility()) menu.showPopover();
  input.focus();
});

// A whole group at once.
for (const button of document.querySelectorAll("button.all")) {
  const inside = [...button.closest(".group").querySelectorAll(".operation")];
  const label = () => { button.textContent = inside.every((one) => one.open) ? "Close all" : "Open all"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = !inside.every((one) => one.open);
    for (const one of inside) one.open = open;
    label();
  });
  for (const one of inside) one.addEventListener("toggle", label);
}

// Copying. The clipboard may be out of reach (plain http, a refused permission): then the text is marked.
async function copy(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(pre);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.closest(".sample").nextElementSibling);
    button.textContent = done ? "Copied" : "Marked: press Ctrl+C";
    tell(button.textContent);
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
