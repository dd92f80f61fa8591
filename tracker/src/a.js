// The script a web page includes to be measured. ../README.md is its manual.
//
//   <script defer data-site="sk_…" src="https://host/a.js"></script>
//
// It must stay under 1,024 bytes gzipped and must never be noticed by the page it runs in: nothing
// here may throw, log, block, or leave anything behind in the browser. build.py minifies it, and
// keeps the names of properties, which the other parts use. It is also the first part of vendors'
// scripts (queue.js, plausible.js); ALONE tells the builds apart. ES2015 only: newer syntax would
// be an error in an older browser's console, before any `try` could catch it.
(() => {
  // Null as soon as this run is over, so it is read now; always null in a module.
  let tag = document.currentScript || { dataset: {} },
    data = tag.dataset,
    hash = "hash" in data ? 1 : void 0,
    // The stub's object is kept, not replaced: the page may already hold a reference to it.
    ka = (window.ka = window.ka || {}),
    // One function for each site that the page is measured for: it runs a queued call.
    tags = (ka.on = ka.on || []),
    // Either signal means: send nothing at all. The functions stay, so that pages can call them.
    off = navigator.doNotTrack == 1 || navigator.globalPrivacyControl,
    quiet = f => (...args) => {
      try {
        return f(...args);
      } catch (e) {}
    },
    // What JSON can hold of an object's values. BigInt, cycles and what throws when it is read are
    // left out.
    plain = quiet(
      // Unlike Object.keys, ownKeys throws for text.
      (props, kept = {}) =>
        Reflect.ownKeys(props).map(
          quiet(key => (kept[key] = JSON.parse(JSON.stringify(props[key]))))
        ) && kept
    ),
    // Load another part.
    load = name => {
      let url = on.a(`../${name}.js`);
      document.head.append(
        Object.assign(document.createElement("script"), {
          on,
          nonce: tag.nonce,
          // Pages that require Trusted Types must allow this policy; elsewhere the address will do.
          src:
            quiet(() =>
              trustedTypes.createPolicy("goalpost", { createScriptURL: () => url }).createScriptURL(url)
            )() || url
        })
      );
    },
    on = {
      t: tag,
      // Beside the script, so that a path of the page's own domain may stand for the server, unless
      // the tag says where.
      a: path =>
        new URL(path, new URL(data.api || new URL("api/event", tag.src), document.baseURI)),
      // Called when a page begins and when consent was given or refused; p.js takes both over.
      v: quiet,
      k: quiet,
      // The server names a revision of what the page should watch.
      p: revision => revision && load("p"),
      // What of an address tells pages apart.
      n: url => url.replace(hash ? "" : /#.*/, "").replace("query" in data ? "" : /\?[^#]*/g, ""),
      // What is undefined is left out of the JSON.
      s(name, more) {
        let event = Object.assign(
            {
              // The server takes the kind for a name that is missing.
              name: quiet(() => name.toString())(),
              url: location.href,
              domain: data.site,
              referrer: from,
              h: hash,
              // The visitor id that p.js keeps where the site asks for one: `<expiry, Unix ms>.<digits>`,
              // so that the whole text compares as a number. Reading storage may throw.
              i: quiet(() => (localStorage.ka > Date.now() ? localStorage.ka.slice(14) : void 0))()
            },
            more
          ),
          url = on.a(""),
          body = JSON.stringify(event),
          // Vendors' scripts tell their pages how it went, through a function that JSON leaves out.
          tell = result => event.done && event.done(result),
          ask = quiet(() =>
            fetch(url, {
              method: "POST",
              body,
              keepalive: !event.kind || (!ALONE && !!event.done) || !navigator.sendBeacon
            })
              .then(answer =>
                on.p(
                  (ALONE || tell({ status: answer.status }), answer.headers.get("x-goalpost-page"))
                )
              )
              .catch(ALONE ? quiet : error => tell({ error }))
          );
        if (!ALONE && off) tell();
        // The answer to a page view says whether the page has to be watched, so it must be read.
        // Everything else is a beacon: it outlives the page, and a string body is text/plain,
        // which needs no preflight. A beacon is refused when 64 KiB are on their way; keepalive
        // shares that limit, so a refused beacon becomes a plain fetch.
        off || ((!event.kind || (!ALONE && event.done)) && ask()) || quiet(() => navigator.sendBeacon(url, body))() || ask();
      },
      // Called whenever the address may have changed; counts it only if it has.
      w: quiet(() => {
        if (on.n(location.href) != on.n(last)) {
          on.v();
          // A page reached inside this document was reached from the page shown before.
          from = last || from;
          last = location.href;
          on.s("pageview");
        }
      })
    },
    calls = {
      page: at =>
        on.s("pageview", {
          url: new URL((at && at.url) || location, document.baseURI),
          referrer: last || from
        }),
      // Without currency: the goal has one. The server reads the amount, which may be text.
      goal: (name, amount) =>
        on.s(name, { kind: "goal", revenue: amount && plain({ amount }) }),
      consent: yes => on.k((on.c = yes) || delete localStorage.ka),
      // The kind is said, so that an event somebody named "pageview" remains an event.
      track: (name, props) => on.s(name, { kind: "event", props: plain(props) })
    },
    // Run a queued call.
    mine = quiet(([name, args]) => calls[name](...args)),
    start = quiet(() => {
      if (off) delete localStorage.ka;
      else if (ALONE || !on.m) {
        on.w();
        // Back from the back/forward cache: the page is seen again though nothing was loaded.
        addEventListener("pageshow", e => e.persisted && on.w((last = "")));
        try {
          navigation.addEventListener("currententrychange", on.w);
        } catch (e) {
          load("h");
        }
      }
      // Calls made before, in their order; a later one goes to every site.
      ka.q.map(mine);
      ka.q.push = call => tags.map(run => run(call));
      if (!ALONE) on.g();
    }),
    // A prerendered page was not seen yet, and perhaps never will be: wait for its activation.
    begin = () =>
      document.prerendering
        ? document.addEventListener("prerenderingchange", start)
        : start(),
    last = "",
    from = document.referrer;

  // A second copy of the tag must not count anything twice.
  if (tags[data.site]) return;
  tags.push((tags[data.site] = mine));
  ka.q = ka.q || [];
  Reflect.ownKeys(calls).map(
    name => (ka[name] = quiet((...args) => void ka.q.push([name, args])))
  );

  // A vendor's script says when to begin, and whether to count page views (m). `g` tells it.
  if (ALONE) begin();
  else tag.on = Object.assign(on, { b: begin, f: plain });
})();
