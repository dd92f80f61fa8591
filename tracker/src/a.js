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
        return f(...args);
      } catch (e) {}
    },
    // What the other parts (p.js, queue.js) use of this one: the tag, `send`, what was said about
    // consent, and three hooks that p.js takes over: a page begins (v), the server names a revision
    // of what the page should watch (p), consent was given or refused (k).
    on = {
      t: tag,
      v() {},
      k() {},
      p(name) {
        if (name) {
          on.p = on.v;
          const script = document.createElement("script");
          script.src = new URL("/p.js", tag.src);
          script.nonce = tag.nonce;
          document.head.append(script);
        }
      }
    },
    forget = quiet(() => delete localStorage.ka),
    post = quiet((body, view) => {
      const url = new URL("/api/event", tag.src),
        ask = quiet(() =>
          fetch(url, {
            method: "POST",
            body,
            credentials: "omit",
            keepalive: view || !navigator.sendBeacon
          })
            .then(answer => on.p(answer.headers.get("x-goalpost-page")))
            .catch(() => {})
        );
      // A prerendered page was not seen yet, and perhaps never will be: wait for its activation.
      document.prerendering
        ? document.addEventListener("prerenderingchange", () => post(body, view))
        : // The answer to a page view says whether the page has to be watched, so it must be read.
          // Everything else is a beacon: it outlives the page, and a string body is text/plain,
          // which needs no preflight. A beacon is refused when 64 KiB are on their way; keepalive
          // shares that limit, so a refused beacon becomes a plain fetch.
          (view && ask()) || (navigator.sendBeacon && navigator.sendBeacon(url, body)) || ask();
    }),
    // The body is written at once: what the page changes later, its address included, does not
    // change it. What is undefined is left out of the JSON.
    send = quiet((name, kind, props, revenue, url, referrer = from) => {
      if (!off)
        post(
          JSON.stringify({
            name,
            kind,
            props,
            revenue,
            url: new URL(url || location.href, document.baseURI),
            domain: tag.dataset.site,
            referrer,
            i: id()
          }),
          !kind
        );
    }),
    // The visitor id that p.js keeps where the site asks for one: `<expiry, Unix ms>.<digits>`, so
    // that the whole text compares as a number. Reading storage may throw.
    id = quiet(() => {
      if (localStorage.ka > Date.now()) return localStorage.ka.slice(14);
    }),
    // Called whenever the address may have changed; counts it only if it has. Routers call
    // replaceState with the address already shown, and an anchor is no new page, unless the tag
    // says that pages are told apart by the fragment (data-hash).
    view = quiet(() => {
      const url = "hash" in tag.dataset ? location.href : location.href.split("#")[0];
      if (url != last) {
        on.v();
        // A page reached inside this document was reached from the page shown before.
        from = last || document.referrer;
        last = url;
        send("pageview");
      }
    }),
    // One queued call: [method, arguments].
    run = quiet(([name, args]) => ka[name](...args));

  let last, from;

  // A second copy of the tag must not count anything twice.
  if (ka.on) return;
  ka.on = on;
  on.s = send;

  // The kind is said, so that an event somebody named "pageview" remains an event.
  ka.track = (name, props) => send(name, "event", props);
  // Without currency: the goal has one. What is not a finite number is not money.
  ka.goal = (name, amount) =>
    send(name, "goal", void 0, Number.isFinite(amount) ? { amount } : void 0);
  ka.page = at => send("pageview", void 0, void 0, void 0, at && at.url, last);
  ka.consent = yes => on.k((on.c = yes) || forget());

  quiet(() => {
    if (off) return forget();
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
