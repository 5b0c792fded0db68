/* Runs before the first paint: the theme a person has chosen here outranks the configured one. */
try {
  var theme = localStorage.getItem("gptchat.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* Storage may be forbidden; the configured theme, which the server wrote, serves. */
}
