// Serves pages that were made for Plausible: `window.plausible(name, options)`, its queue and its
// `init`, its tag's attributes, and what its script reports by itself. It is built behind a.js into
// one file, and takes the site's object from the tag that both share.
//
// Documented at https://plausible.io/docs/script-extensions and /docs/script-update-guide.
(() => {
  const tag = document.currentScript,
    on = tag && tag.on;
  // Missing where the same site's script was there before.
  if (!on) return;

  const data = tag.dataset,
    send = on.s,
    options = tag.plausible,
    // What another site's script on this page left there, or the page's own stub.
    before = window.plausible || {},
    waiting = [].slice.call(before.q || []),
    quiet = f => (...args) => {
      try {
        return f(...args);
      } catch (e) {}
    },
    attribute = name => tag.getAttribute(name),
    types =
      "pdf xlsx docx txt rtf csv exe key pps ppt pptx 7z pkg rar gz zip avi mov mp4 mpeg wmv midi mp3 wav wma dmg",
    list = text => (text || "").split(/[\s,]+/).filter(part => part),
    // Whether the page is one of a list like `/blog/*, /admin**`.
    listed = patterns =>
      list(patterns).some(pattern =>
        RegExp(
          "^" +
            pattern
              .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
              .replace(/\*+/g, stars => (stars[1] ? ".*" : "[^\\s/]*")) +
            "/?$"
        ).test(location.pathname + ("hash" in data ? location.hash : ""))
      ),
    // `plausible_ignore` is how people keep their own visits out.
    ignored = quiet(
      page =>
        (options.captureOnLocalhost === false &&
          /^localhost$|^127\.|^\[::1\]$|^$/.test(location.hostname)) ||
        localStorage.plausible_ignore == "true" ||
        (page &&
          ((data.include != void 0 && !listed(data.include)) || listed(data.exclude)))
    ),
    // The properties of `event-*` attributes, of the options and of the call; the latter win.
    properties = (name, props) => {
      const all = {};
      [].map.call(tag.attributes, ({ name, value }) => {
        if (name.startsWith("event-")) all[name.slice(6)] = value;
      });
      let custom = options.customProperties;
      if (typeof custom == "function") custom = quiet(custom)(name);
      Object.assign(all, on.f(custom), on.f(props));
      return Object.keys(all)[0] ? all : void 0;
    },
    track = quiet((name, more) => {
      more = more || {};
      const page = name == "pageview",
        called = more.callback,
        done = called && quiet(called);
      let event = {
        n: name,
        u: more.u || more.url || location.href,
        d: data.site,
        r: document.referrer || null,
        p: properties(name, more.props),
        $: more.revenue ? on.f(more.revenue) : void 0
      };
      if (more.interactive === false) event.i = false;
      if ("hash" in data) event.h = 1;
      if (typeof options.transformRequest == "function" && !ignored(page))
        event = options.transformRequest(event);
      if (!event || ignored(page)) return done && done();
      send(event.n, {
        kind: event.n == "pageview" ? void 0 : "event",
        url: event.u,
        domain: event.d,
        referrer: event.r || "",
        props: event.p,
        revenue: event.$,
        h: event.h,
        done
      });
    }),
    clicked = quiet(event => {
      if (event.type == "auxclick" && event.button != 1) return;
      const path = event.composedPath(),
        link = path.find(node => /^(a|area)$/i.test(node.localName) && node.href),
        to = link && (link.href.baseVal || link.href),
        near = path.slice(0, 4),
        tagged = options.taggedEvents && near.find(node => naming(node));
      // What is clicked in a form counts when the form is sent.
      if (tagged && !near.slice(0, near.indexOf(tagged) + 1).some(node => node.localName == "form"))
        report(tagged, to);
      else if (!tagged && to) {
        const url = new URL(to, document.baseURI);
        if (options.outboundLinks && url.host && url.host != location.host)
          track("Outbound Link: Click", { props: { url: to } });
        else if (options.fileDownloads && downloads().includes(url.pathname.split(".").pop()))
          track("File Download", { props: { url: to.split("?")[0] } });
      }
    }),
    downloads = () => {
      const chosen = options.fileDownloads.fileExtensions || attribute("file-types");
      return chosen
        ? list("" + chosen)
        : list(types + " " + (attribute("add-file-types") || ""));
    },
    submitted = quiet(event => {
      const form = event.target,
        tagged = options.taggedEvents && [form, form.parentNode].find(node => naming(node));
      if (tagged) report(tagged);
      else if (options.formSubmissions && (form.noValidate || form.checkValidity()))
        track("Form: Submission", { props: { path: location.pathname } });
    }),
    classes = node => [].slice.call((node && node.classList) || []),
    naming = node => classes(node).some(name => /^plausible-event-name(=|--)./.test(name)),
    // An event whose name, properties and revenue are classes: `plausible-event-position=footer`.
    report = (node, url) => {
      const found = { event: {}, revenue: {} };
      classes(node).map(name => {
        const part = /^plausible-(event|revenue)-(.+?)(?:=|--)(.+)$/.exec(name);
        if (part)
          found[part[1]][part[2]] = part[1] == "event" ? part[3].replace(/\+/g, " ") : part[3];
      });
      const { event, revenue } = found,
        name = event.name;
      delete event.name;
      if (url) event.url = url;
      track(name, { props: event, revenue: Object.keys(revenue)[0] && revenue });
    },
    plausible = (...args) => {
      if (before.l) before(...args);
      if (started) track(...args);
      else waiting.push(args);
    };
  let begun, started;

  on.s = (name, more) => {
    if (more && more.kind) send(name, "hash" in data ? Object.assign({ h: 1 }, more) : more);
    else track("pageview", more && { u: more.url });
  };
  // Asked anew, because `init` may say that pages are told apart by the fragment.
  on.n = url => url.replace("hash" in data ? /\?[^#]*/g : /[?#].*/, "");
  on.g = () => {
    started = 1;
    waiting.map(args => track(...args));
    addEventListener("click", clicked, true);
    addEventListener("auxclick", clicked, true);
    addEventListener("submit", submitted, true);
  };

  plausible.l = true;
  plausible.init = quiet(more => {
    Object.assign(options, more);
    if (options.domain && !("domain" in data)) data.site = options.domain;
    if (options.endpoint) data.api = options.endpoint;
    if (options.hashBasedRouting) data.hash = "";
    if (!begun) {
      begun = 1;
      on.m = options.autoCapturePageviews === false;
      on.b();
    }
  });
  window.plausible = plausible;
  if (before.o || !options.wait) plausible.init(before.o);
})();
