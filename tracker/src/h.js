// The tracker's part for browsers without the Navigation API: tells a.js when the address may have
// changed. a.js loads it by itself. The rules of a.js hold here too.
(() => {
  const on = document.currentScript && document.currentScript.on;
  if (!on) return;
  // What was changed while this was loading.
  on.w();
  addEventListener("popstate", on.w);
  addEventListener("hashchange", on.w);
  try {
    ["pushState", "replaceState"].map(name => {
      // Patch the object that holds the method. A copy on `history` would hide what the page puts
      // on the prototype later; one on the prototype would be hidden by what it put on `history`.
      const owner = history.hasOwnProperty(name) ? history : History.prototype;
      // A proxy keeps name, length, `this`, result and exception as they were.
      owner[name] = new Proxy(owner[name], {
        apply(...args) {
          const result = Reflect.apply(...args);
          on.w();
          return result;
        }
      });
    });
  } catch (e) {}
})();
