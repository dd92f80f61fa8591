// Serves pages that were made for PageSense: their calls, `pagesense.push(["trackEvent", "name"])`,
// made before or after this script came, become events of the tracker. It is built behind a.js into
// one file, and takes the site's object from the tag that both share.
(() => {
  // Missing where the same project's script was there before.
  const on = document.currentScript && document.currentScript.on;
  if (!on) return;

  const // Events carry flat properties; what is deeper is left out, so that the event still counts.
    flat = props => {
      const kept = on.f(props) || {};
      Object.keys(kept).map(key => {
        if (kept[key] === null || typeof kept[key] == "object") delete kept[key];
      });
      return kept;
    },
    // trackUser and identifyUser are missing: they would name a person, and goalpost knows none.
    commands = {
      trackEvent: name => on.s(name, { kind: "event" }),
      // The server reads the amount, which may be text.
      trackRevenue: (amount, currency) =>
        on.s("revenue", {
          kind: "revenue",
          revenue: on.f({
            amount,
            currency: /^[a-z]{3}$/i.test(currency) ? currency : void 0
          })
        }),
      trackActivity: (name, props) => on.s(name, { kind: "event", props: flat(props) }),
      tagRecording: tag => on.s("tagRecording", { kind: "event", props: { tag: "" + tag } })
    },
    run = call => {
      try {
        commands[call[0]](...[].slice.call(call, 1));
      } catch (e) {}
    },
    // What another project's script on this page left there, or the page itself.
    before = window.pagesense || [],
    early = Array.isArray(before.q || before) ? before.q || before : [],
    // Calls that are made before a prerendered page is seen.
    waiting = [];
  let started;

  // An array that is not kept: everything pushed runs at once.
  window.pagesense = {
    q: early,
    push(...calls) {
      if (before.q) before.push(...calls);
      if (started) calls.map(run);
      else waiting.push(...calls);
      return calls.length;
    }
  };

  on.g = () => {
    started = 1;
    early.concat(waiting).map(run);
  };
  on.b();
})();
