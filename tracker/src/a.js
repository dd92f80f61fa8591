// The script a web page includes to be measured. ../README.md is its manual.
//
//   <script defer data-site="sk_…" src="https://host/a.js"></script>
//
// It must stay under 1,024 bytes gzipped and must never be noticed by the page it runs in: nothing
// here may throw, log, block, or leave anything behind in the browser. build.py removes comments
// and white space but renames nothing, so local names are short. ES2015 only: newer syntax would
// be an error in an older browser's console, before any `try` could catch it.
(() => {
  // currentScript is null as soon as this run is over, so it is read now.
  const tag = document.currentScript,
    // The stub's object is kept, not replaced: the page may already hold a reference to it.
    ka = (window.ka = window.ka || {}),
    // Either signal means: send nothing at all. The functions stay, so that pages can call them.
    off = navigator.doNotTrack == "1" || navigator.globalPrivacyControl,
    quiet = f => (...args) => {
      try {
        f(...args);
      } catch (e) {}
    },
    post = quiet(body => {
      const url = new URL("/api/event", tag.src);
      // A prerendered page was not seen yet, and perhaps never will be: wait for its activation.
      document.prerendering
        ? document.addEventListener("prerenderingchange", () => post(body), { once: true })
        : // A beacon outlives the page, and a string body is text/plain, which needs no preflight.
          // It is refused when 64 KiB are on their way; keepalive shares that limit, so a refused
          // beacon becomes a plain fetch, and keepalive is for browsers without beacons.
          (navigator.sendBeacon && navigator.sendBeacon(url, body)) ||
          fetch(url, {
            method: "POST",
            body,
            mode: "no-cors",
            credentials: "omit",
            keepalive: !navigator.sendBeacon
          }).catch(() => {});
    }),
    // The body is written at once: what the page changes later, its address included, does not
    // change it. What is undefined is left out of the JSON.
    send = quiet((name, kind, props, amount, url, referrer) => {
      if (!off)
        post(
          JSON.stringify({
            name,
            kind,
            props,
            // Without currency: the goal has one. What is not a finite number is not money.
            revenue: Number.isFinite(amount) ? { amount } : void 0,
            url: new URL(url || location.href, document.baseURI),
            domain: tag.dataset.site,
            referrer: referrer || from
          })
        );
    }),
    // Called whenever the address may have changed; counts it only if it has. Routers call
    // replaceState with the address already shown, and an anchor is no new page, unless the tag
    // says that pages are told apart by the fragment (data-hash).
    view = quiet(() => {
      const url = "hash" in tag.dataset ? location.href : location.href.split("#")[0];
      if (url != last) {
        // A page reached inside this document was reached from the page shown before.
        from = last || document.referrer;
        last = url;
        send("pageview");
      }
    }),
    // One queued call: [method, arguments].
    run = quiet(call => ka[call[0]](...call[1]));

  let last, from;

  // A second copy of the tag must not count anything twice.
  if (ka.on) return;
  ka.on = 1;

  // The kind is said, so that an event somebody named "pageview" remains an event.
  ka.track = (name, props) => send(name, "event", props);
  ka.goal = (name, amount) => send(name, "goal", void 0, amount);
  ka.page = at => send("pageview", void 0, void 0, void 0, at && at.url, last);

  quiet(() => {
    if (off) return;
    view();
    ["pushState", "replaceState"].map(name => {
      // Patch the object that holds the method. A copy on `history` would hide what the page puts
      // on the prototype later; one on the prototype would be hidden by what it put on `history`.
      const owner = history.hasOwnProperty(name) ? history : History.prototype;
      // A proxy keeps name, length, `this`, result and exception as they were.
      owner[name] = new Proxy(owner[name], {
        apply(...args) {
          const result = Reflect.apply(...args);
          view();
          return result;
        }
      });
    });
    addEventListener("popstate", view);
    addEventListener("hashchange", view);
    // Back from the back/forward cache: the page is seen again though nothing was loaded.
    addEventListener("pageshow", e => {
      if (e.persisted) {
        last = 0;
        view();
      }
    });
  })();

  // Calls made before this moment, in their order; what still reaches the queue runs at once.
  quiet(() => ka.q.map(run))();
  ka.q = { push: run };
})();
