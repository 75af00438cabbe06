// Runs before the first paint, so that a remembered theme does not flash. A file of its own: the page's
// content security policy allows no inline script.
(function () {
  try {
    var theme = localStorage.getItem('boilarr.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // storage is switched off: the system's preference holds
  }
})();
