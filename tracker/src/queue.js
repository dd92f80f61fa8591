// Serves pages that were made for PageSense: their calls, `pagesense.push(["trackEvent", "name"])`,
// made before or after this script came, become events of the tracker. It runs right behind a.js.
(() => {
  const on = window.ka && ka.on,
    isPlain = value => value !== null && typeof value != "object" && typeof value != "function",
    // Events carry flat properties; what is deeper is left out, so that the event still counts.
    plain = props => {
      const kept = {};
      Object.keys(props || {}).map(key => {
        if (isPlain(props[key])) kept[key] = props[key];
      });
      return kept;
    },
    // trackUser and identifyUser are missing: they would name a person, and goalpost knows none.
    commands = {
      trackEvent: name => on.s("" + name, "event"),
      trackRevenue: (amount, currency) => {
        amount = parseFloat(amount);
        if (isFinite(amount))
          on.s("revenue", "revenue", void 0, {
            amount,
            currency: /^[a-z]{3}$/i.test(currency) ? currency : void 0
          });
      },
      trackActivity: (name, props) => on.s("" + name, "event", plain(props)),
      tagRecording: tag => on.s("tagRecording", "event", { tag: "" + tag })
    },
    run = call => {
      try {
        commands[call[0]](...[].slice.call(call, 1));
      } catch (e) {}
    };

  if (!on || !on.s || on.q) return;
  on.q = 1;
  const early = window.pagesense;
  // An array that is not kept: everything pushed runs at once.
  window.pagesense = {
    push(...calls) {
      calls.map(run);
      return calls.length;
    }
  };
  Array.isArray(early) && early.map(run);
})();
