/* Shows what an alarm tells, also while no page is open; a tap opens the stop. */
"use strict";

self.addEventListener("push", function (event) {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "", {
    body: told.body || "", lang: told.lang || "", tag: told.tag || "", requireInteraction: true, vibrate: [200, 100, 200],
    data: told.stop ? "/stops/" + encodeURIComponent(told.stop) : "/"
  }));
});

self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
