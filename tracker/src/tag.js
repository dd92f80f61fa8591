// The first lines of plausible.js: says in a.js's words what Plausible's tag says. The server puts
// a line above that gives the tag its `plausible`: the options that the script's name stands for.
try {
  const tag = document.currentScript,
    data = tag.dataset,
    options = (tag.plausible = tag.plausible || {});
  data.site = data.domain || options.domain || location.hostname;
  data.api = data.api || new URL("../api/event", tag.src);
  if (options.hashBasedRouting) data.hash = "";
} catch (e) {}
