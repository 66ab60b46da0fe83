/* "Tell me 5 minutes before": subscribes this browser and makes an alarm. Shared by the map and the page of a stop. */
(function () {
  "use strict";
  const WORKER = "/static/alarm/worker.js";

  function bytesOf(word) {
    const text = atob((word + "===".slice((word.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(text, function (letter) { return letter.charCodeAt(0); });
  }
  function same(buffer, bytes) {
    const held = new Uint8Array(buffer || new ArrayBuffer(0));
    return held.length === bytes.length && held.every(function (value, k) { return value === bytes[k]; });
  }
  function active(registration) {
    if (registration.active) { return registration; }
    const worker = registration.installing || registration.waiting;
    return new Promise(function (done, failed) {
      worker.addEventListener("statechange", function () {
        if (worker.state === "activated") { done(registration); } else if (worker.state === "redundant") { failed(new Error("no worker")); }
      });
    });
  }
  function subscribed(key) {
    const bytes = bytesOf(key);
    return navigator.serviceWorker.register(WORKER).then(active).then(function (registration) {
      const manager = registration.pushManager, fresh = function () { return manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }); };
      return manager.getSubscription().then(function (held) {
        if (!held) { return fresh(); }
        return same(held.options.applicationServerKey, bytes) ? held : held.unsubscribe().then(fresh); // the operator has a new key
      });
    });
  }

  window.BusAlarm = {
    possible: function (key) { return !!key && "serviceWorker" in navigator && "PushManager" in window && window.isSecureContext; },
    /* wish: stop_id, minutes, language, and of one bus route_id, trip_id, start_date, start_time; resolves once it is set. */
    set: function (key, wish) {
      return Notification.requestPermission().then(function (said) {
        if (said !== "granted") { throw new Error(said); }
        return subscribed(key);
      }).then(function (subscription) {
        const body = Object.assign({ web_push: subscription.toJSON() }, wish);
        return fetch("/v1/alarms", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      }).then(function (answer) { return answer.json().then(function (told) { if (!answer.ok) { throw new Error(told.detail); } return told; }); });
    }
  };

  /* Buttons of pages that hold all they need: <button data-alarm-stop="…" data-alarm-key="…">. */
  document.addEventListener("click", function (event) {
    const button = event.target.closest ? event.target.closest("button[data-alarm-stop]") : null;
    if (!button) { return; }
    const told = button.nextElementSibling;
    button.disabled = true;
    window.BusAlarm.set(button.dataset.alarmKey, { stop_id: button.dataset.alarmStop, language: document.documentElement.lang || "en" })
      .then(function () { told.textContent = button.dataset.set; }, function () { told.textContent = button.dataset.refused; button.disabled = false; });
  });
  document.querySelectorAll("#alarm").forEach(function (part) { part.hidden = !window.BusAlarm.possible(part.querySelector("button").dataset.alarmKey); });
})();
