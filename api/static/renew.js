/* Keeps a page of the counter fresh without loading it anew: who reads or listens stays where they are. */
(function () {
  "use strict";
  const EVERY_MS = 15000, PARTS = ["main", "header", ".banner"];
  setInterval(function () {
    if (document.hidden) { return; }
    fetch(location.href).then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); }).then(function (text) {
      const fresh = new DOMParser().parseFromString(text, "text/html");
      PARTS.forEach(function (part) {
        const old = document.querySelector(part), now = fresh.querySelector(part);
        if (old && now && old.innerHTML !== now.innerHTML && !old.contains(document.activeElement)) { old.innerHTML = now.innerHTML; }
      });
    }).catch(function () { document.body.classList.add("lost"); });
  }, EVERY_MS);
})();
