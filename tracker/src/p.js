// The tracker's second part: what only the page can see. ../README.md is its manual.
//
// a.js loads it when the server's answer to a page view says that the site has goals that live in
// the page, or visitor ids. What it watches is listed by /api/page-goals; whether a report is a
// conversion is decided by the server alone, so reporting too much does no harm, too little does.
// It must stay under 2,048 bytes gzipped, and the rules of a.js hold here too: nothing may throw,
// log or block; local names are short, because nothing is renamed; ES2015 only.
(() => {
  const on = document.currentScript && document.currentScript.on,
    quiet = f => (...args) => {
      try {
        return f(...args);
      } catch (e) {}
    },
    now = () => performance.now(),
    // An event reaches `window` first: what the page does with it further down hides nothing.
    listen = (names, f) =>
      names
        .split(" ")
        .map(name => addEventListener(name, quiet(f), { capture: true, passive: true })),
    // A pattern is looked for in every spelling of an address: without its host, and behind all that
    // may stand before it. One that this browser cannot read says `otherwise`, and the server decides.
    pattern = (source, otherwise) => {
      try {
        const regex = new RegExp(source, "s");
        return {
          test: at =>
            regex.test(at.replace(/^[^/?#]*/, "")) ||
            ["", "http://", "https://"].some(
              origin => regex.test(origin + at) || regex.test(origin + "www." + at)
            )
        };
      } catch (e) {
        return { test: () => otherwise };
      }
    },
    // An address as patterns expect it: no protocol, credentials, www. and port, `+` in the query a
    // space, and decoded, but for `?`, `#` and control characters.
    address = url =>
      new URL(url, document.baseURI).href
        .replace(/^[\w+.-]+:\/\/([^/]*@)?(www\.)?(\[.*?]|[^/:?#]*?)\.?(:\d+)?(?=[/?#]|$)/, "$3")
        .replace(/;jsessionid=[^/?#;]*/i, "")
        .replace(/\?[^#]*/, s => s.replace(/\+/g, " "))
        .replace(/(%(?![01]|7f|3f|23)[\da-f]{2})+/gi, s => quiet(decodeURIComponent)(s) || s)
        .normalize(),
    // The values of the goals of a kind that count on the page at `url`.
    here = (kind, url) => {
      const at = address(url || location.href),
        holds = one => one.test(at);
      return goals
        .filter(
          goal =>
            goal[0] == kind && (!goal[2][0] || goal[2].some(holds)) && !goal[3].some(holds)
        )
        .map(goal => goal[1]);
    },
    // The method is taken from the prototype, because a form's field may be named `matches`; it
    // throws for what is no element and for selectors that this browser cannot read.
    matches = quiet((node, selector) => Element.prototype.matches.call(node, selector)),
    // Report each selector that finds one of the nodes, once. The empty one stands for any form,
    // which the report of a particular one covers.
    pick = (kind, nodes) => {
      const found = new Set(
        here(kind).filter(selector => nodes.some(node => matches(node, selector || "form")))
      );
      found.forEach(
        selector => (selector || found.size < 2) && on.s(selector || "form", { kind })
      );
    },
    engage = event => {
      if (event.isTrusted && !engaged && here("engagement")[0] != void 0) {
        engaged = 1;
        on.s("engagement", { kind: "engagement" });
      }
    },
    // What happens before the list has come is looked at when it has.
    later = f => (list.goals ? f() : early.push(quiet(f))),
    click = event => {
      // The left button or a key (0) and the middle one (1); the others open menus and go back.
      if (event.button > 1) return;
      const path = event.composedPath(),
        link = path.find(node => matches(node, "a[href],area[href]")),
        // In SVG, `href` is an object.
        to = link && new URL(link.href.baseVal || link.href, document.baseURI).href,
        at = link && address(to);
      later(() => {
        engage(event);
        if (link && here("link_click").some(one => one.test(at)))
          on.s(to.slice(0, 2048), { kind: "link_click" });
        pick("element_click", path);
      });
    },
    // A page may stop the submit event and call submit() itself: that is one submit.
    submit = quiet(event => {
      const target = (form = event.target);
      later(() => {
        engage(event);
        pick("form_submit", [target]);
      });
    }),
    // A submit event does not leave its shadow root, so it is awaited there; again is no harm.
    enter = node => node.nodeType == 11 && node.addEventListener("submit", submit, true),
    // Add up the time since the last call in which the page was visible and somebody active.
    tick = quiet(() => {
      const time = now(),
        until = Math.min(time, active + 3e4);
      if (shown && until > at) page.ms += until - at;
      at = time;
      shown = !document.hidden;
      here("time_spent", page.url).map(value => {
        if (page.ms >= value * 1000 && !page[value]) {
          page[value] = 1;
          on.s(value, { kind: "time_spent", url: page.url });
        }
      });
    }),
    // Tell the time that was not told yet.
    leave = quiet(() => {
      tick();
      const ms = Math.floor(page.ms - page.told);
      if (ms > 0 && here("time_spent", page.url)[0]) {
        page.told += ms;
        on.s("leave", { kind: "time_spent", props: { ms: "" + ms }, url: page.url });
      }
    }),
    begin = () => {
      const url = location.href;
      engaged = form = 0;
      page = pages[url] = pages[url] || { url, ms: 0, told: 0 };
    },
    // The visitor id: made, or kept for another year, where the site wants it and nobody minds.
    identify = quiet(() => {
      const old = localStorage.ka,
        known = old > Date.now(),
        end = Date.now() + 31536e6;
      // Another site of the page may want it.
      if (!list.ids) ka.on[1] || delete localStorage.ka;
      else if (on.c || (on.c == void 0 && on.t.dataset.consent != "required")) {
        if (!known || end - parseInt(old) > 864e5)
          localStorage.ka =
            end +
            "." +
            (known ? old.slice(14) : crypto.getRandomValues(new Uint32Array(4)).join(""));
      }
    }),
    // What tells pages apart where goals look at the query. The marks of a campaign make no page: sites
    // remove them from the address when they have read them.
    whole = address =>
      quiet(url => {
        [...url.searchParams.keys()].map(
          name => /^utm_|clk?id$|braid$/.test(name) && url.searchParams.delete(name)
        );
        // Writes every query in one spelling.
        url.searchParams.sort();
        if (!("hash" in on.t.dataset)) url.hash = "";
        return url.href;
      })(quiet(() => new URL(address))()) || address,
    load = quiet(() =>
      fetch(on.a("page-goals?site=" + encodeURIComponent(on.t.dataset.site)), {
        credentials: "omit"
      })
        .then(answer => answer.json())
        .then(found => {
          list = found;
          goals = list.goals.map(goal => [
            goal[0],
            goal[0] == "link_click" ? pattern(goal[1], true) : goal[1],
            goal[2].map(one => pattern(one, true)),
            goal[3].map(one => pattern(one, false))
          ]);
          identify();
          if (list.query) {
            on.n = whole;
            // Pages that were gone to while the list was on its way.
            on.w();
          }
          early.splice(0).map(f => f());
        })
        .catch(() => {})
    );

  let list = {},
    goals = [],
    early = [],
    pages = {},
    active = now(),
    at = active,
    shown = !document.hidden,
    page,
    engaged,
    form;

  if (!on || on.l) return;
  on.l = 1;
  begin();
  load();
  on.v = () => {
    leave();
    begin();
  };
  // Answers to what is no page view name no revision.
  on.p = revision => revision && revision != list.revision && load();
  on.k = identify;

  listen("click auxclick", click);
  listen("submit", submit);
  listen("keypress", engage);
  listen("pointerdown focusin keydown click", event => event.composedPath().map(enter));
  listen("pointerdown pointermove keydown scroll wheel touchstart", () => (active = now()));
  listen("visibilitychange", leave);
  listen("pagehide", () => {
    leave();
    // The page is hidden a moment later, and that moment is not worth a report of its own.
    shown = false;
  });
  setInterval(tick, 1000);

  quiet(() =>
    ["submit", "requestSubmit"].map(name => {
      const owner = HTMLFormElement.prototype;
      owner[name] = new Proxy(owner[name], {
        apply(...args) {
          quiet(target => {
            if (name != "submit") enter(target.getRootNode());
            else if (target != form && target.isConnected) later(() => pick("form_submit", [target]));
          })(args[1]);
          return Reflect.apply(...args);
        }
      });
    })
  )();
})();
