// Runs before the first paint, so that a dark page does not flash white. A file of its own: the content
// security policy allows no script inside the page. Kept in step with src/app/preferences.ts.
(() => {
  let theme = "system";
  try {
    theme = JSON.parse(localStorage.getItem("ringdesk.preferences") || "{}").theme || "system";
  } catch {
    // Storage is closed or holds something else: follow the system.
  }
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
