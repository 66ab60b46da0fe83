/* The passenger's map. Ground and buses come from our own server; a tile server is a setting, not a need. */
(function () {
  "use strict";

  const body = document.body, w = JSON.parse(body.dataset.words), language = body.dataset.language;
  const OLD_S = 90, GLIDE_MS = 100, LEAST_POLL_MS = 2000, MOST_POLL_MS = 10000, LONGEST_GLIDE_MS = 30000, NEAR = 15, FAR = 13, WIDE = 800, MOST_FOUND = 12;
  const LEAST_ROWS = 8, MOST_ROWS = 24, SOON_MIN = 10; // where six routes meet eight buses come before one to be told of
  const CROWD = { EMPTY: 0, MANY_SEATS_AVAILABLE: 0, FEW_SEATS_AVAILABLE: 1, STANDING_ROOM_ONLY: 2, CRUSHED_STANDING_ROOM_ONLY: 3, FULL: 3, NOT_ACCEPTING_PASSENGERS: 3 };
  const el = function (id) { return document.getElementById(id); };
  const panel = el("panel"), list = el("list"), title = el("panel-title"), note = el("panel-note"), more = el("panel-more");

  const map = L.map("map", { zoomControl: false, preferCanvas: true, attributionControl: true });
  map.attributionControl.setPrefix("Leaflet");
  if (body.dataset.owed) { map.attributionControl.addAttribution(escaped(body.dataset.owed)); }
  L.control.zoom({ zoomInTitle: w.zoom_in, zoomOutTitle: w.zoom_out }).addTo(map);
  if (body.dataset.tiles) { L.tileLayer(body.dataset.tiles, { attribution: escaped(body.dataset.tilesBy), maxZoom: 19, opacity: 0.75 }).addTo(map); }
  const lines = L.layerGroup().addTo(map), stops = L.layerGroup().addTo(map), busLayer = L.layerGroup().addTo(map);

  let ground = null, picked = { route: null, stop: null, bus: null }, buses = new Map(), heard = Date.now(), made = null, tick = 5000, timer = null;

  function escaped(text) { const span = document.createElement("span"); span.textContent = text; return span.innerHTML; }
  function fill(text, n) { return text.replace("{n}", n); }
  function colorOf(route) { return route === null || !ground.routes[route].color ? "#445566" : "#" + ground.routes[route].color; }
  function readable(color) { // white letters need a dark ground
    const n = parseInt(color.slice(1), 16), part = function (shift) { const v = ((n >> shift) & 255) / 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0) > 0.18 ? "#000" : "#fff";
  }
  function paint(node, route) { const color = colorOf(route); node.style.background = color; node.style.color = readable(color); }
  function get(url) { return fetch(url, { cache: "no-cache" }).then(function (answer) { if (!answer.ok) { throw new Error(url + ": " + answer.status); } return answer.json(); }); }
  function make(tag, name, text) { const node = document.createElement(tag); if (name) { node.className = name; } if (text) { node.textContent = text; } return node; }

  function decode(text) {
    const points = [], last = [0, 0];
    for (let at = 0, k = 0; at < text.length; k = 1 - k) {
      let value = 0, shift = 0, code;
      do { code = text.charCodeAt(at) - 63; at += 1; value |= (code & 31) << shift; shift += 5; } while (code >= 32);
      last[k] += value & 1 ? ~(value >> 1) : value >> 1;
      if (k === 1) { points.push([last[0] / 1e5, last[1] / 1e5]); }
    }
    return points;
  }

  /* Ground ---------------------------------------------------------------------------------------------------------- */

  function lay(found) {
    ground = found;
    ground.drawn = ground.lines.map(function (each) {
      const line = L.polyline(decode(each[1]), { color: colorOf(each[0]), weight: 4, opacity: 0.75 });
      line.on("click", function () { pickRoute(each[0]); });
      line.route = each[0];
      return line.addTo(lines);
    });
    if (ground.stops) { ground.stops.forEach(function (each) { addStop(each[0], each[1], each[2], each[3], each[4]); }); }
    const b = ground.bounds, from = /^#(-?[\d.]+),(-?[\d.]+),(\d+)$/.exec(location.hash);
    if (from) { map.setView([+from[1], +from[2]], +from[3]); } else { map.fitBounds([[b[0], b[1]], [b[2], b[3]]]); }
    chips();
    emphasize();
    map.on("zoomend moveend", emphasize);
    if (!ground.stops) { map.on("moveend", stopsHere); stopsHere(); }
  }

  const known = new Map();
  function addStop(id, name, lat, lon, routes) {
    if (known.has(id)) { return; }
    const dot = L.circleMarker([lat, lon], { radius: 5, color: "#16202a", weight: 2, fillColor: "#fff", fillOpacity: 1 });
    dot.bindTooltip(escaped(name));
    dot.on("click", function () { pickStop(id, name); });
    dot.routes = routes;
    known.set(id, { name: name, dot: dot });
  }

  function stopsHere() {
    if (map.getZoom() < NEAR) { return; }
    const b = map.getBounds();
    get("/v1/stops?limit=500&box=" + [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()].map(function (x) { return x.toFixed(5); }).join(",")).then(function (found) {
      found.stops.forEach(function (each) { addStop(each.stop_id, each.name, each.lat, each.lon, each.route_ids.map(rowOf)); });
      emphasize();
    }, missed);
  }
  function rowOf(routeId) { return ground.routes.findIndex(function (route) { return route.id === routeId; }); }

  function emphasize() {
    const zoom = map.getZoom();
    body.classList.toggle("far", zoom < FAR);
    ground.drawn.forEach(function (line) {
      const on = picked.route === null || picked.route === line.route;
      line.setStyle({ opacity: on ? 0.8 : 0.12, weight: picked.route === line.route ? 7 : 4 });
      if (picked.route === line.route) { line.bringToFront(); }
    });
    known.forEach(function (each, id) {
      const on = picked.route === null ? zoom >= NEAR - 2 || id === picked.stop : each.dot.routes.indexOf(picked.route) >= 0;
      if (on && !stops.hasLayer(each.dot)) { stops.addLayer(each.dot); }
      if (!on && stops.hasLayer(each.dot)) { stops.removeLayer(each.dot); }
      each.dot.setStyle({ fillColor: id === picked.stop ? "#ffb000" : "#fff" });
      each.dot.setRadius(id === picked.stop ? 9 : zoom >= NEAR ? 6 : 4);
      if (on) { each.dot.bringToFront(); }
    });
    Array.prototype.forEach.call(el("routes").children, function (chip) {
      const route = chip.route === undefined ? null : chip.route;
      chip.setAttribute("aria-pressed", String(picked.route === route));
      chip.classList.toggle("dim", picked.route !== null && picked.route !== route);
    });
    draw();
  }

  function chips() {
    const all = make("button", "", w.all);
    all.type = "button"; all.route = null;
    all.addEventListener("click", function () { pickRoute(null); });
    el("routes").appendChild(all);
    ground.routes.forEach(function (route, row) {
      const chip = make("button", "", route.name);
      chip.type = "button"; chip.route = row; chip.title = route.long;
      chip.setAttribute("aria-label", w.route + " " + route.name + " " + route.long);
      paint(chip, row);
      chip.addEventListener("click", function () { pickRoute(row); });
      el("routes").appendChild(chip);
    });
  }

  /* Buses ----------------------------------------------------------------------------------------------------------- */

  function arrived(found) {
    heard = Date.now(); made = found.meta; tick = Math.min(Math.max(found.meta.tick_s * 1000, LEAST_POLL_MS), MOST_POLL_MS);
    const here = new Set();
    found.vehicles.forEach(function (each) { here.add(each[0]); move(each); });
    buses.forEach(function (bus, id) { if (!here.has(id)) { busLayer.removeLayer(bus.marker); buses.delete(id); } });
    tell();
    draw();
    if (picked.stop !== null) { showStop(); } else if (picked.bus !== null) { showBus(); } else if (picked.route !== null) { showRoute(); }
  }

  /* A bus is told where it was last seen; until it is seen again, the marker glides there. */
  function move(each) {
    const now = Date.now(), to = L.latLng(each[1], each[2]);
    let bus = buses.get(each[0]);
    if (!bus) {
      bus = { marker: marker(each), from: to, to: to, since: now, lasts: 1, seen: now };
      buses.set(each[0], bus);
    } else if (!bus.to.equals(to)) {
      bus.from = bus.marker.getLatLng(); bus.to = to;
      bus.lasts = Math.min(Math.max(now - bus.seen, tick), LONGEST_GLIDE_MS);
      bus.since = bus.seen = now;
    }
    bus.facts = each;
    dress(bus);
  }

  function marker(each) {
    const name = each[4] === null ? "" : ground.routes[each[4]].name;
    const icon = L.divIcon({ className: "bus" + (name.length > 3 ? " long" : ""), iconSize: [34, 34], html: "<i></i><div></div>" });
    const found = L.marker([each[1], each[2]], { icon: icon, keyboard: false, title: "" });
    found.on("click", function () { pickBus(each[0]); });
    return found;
  }

  function dress(bus) {
    const node = bus.marker.getElement(), each = bus.facts;
    if (!node) { return; }
    const arrow = node.firstChild, disc = node.lastChild, name = each[4] === null ? "" : ground.routes[each[4]].name;
    if (disc.textContent !== name) { disc.textContent = name; }
    paint(disc, each[4]);
    arrow.style.display = each[3] === null ? "none" : "";
    arrow.style.transform = "rotate(" + each[3] + "deg)";
    node.classList.toggle("old", each[6] > OLD_S);
    node.classList.toggle("picked", picked.bus === each[0]);
  }

  function draw() {
    const view = map.getBounds().pad(0.1), now = Date.now();
    buses.forEach(function (bus) {
      const share = Math.min((now - bus.since) / bus.lasts, 1);
      const at = L.latLng(bus.from.lat + (bus.to.lat - bus.from.lat) * share, bus.from.lng + (bus.to.lng - bus.from.lng) * share);
      const on = view.contains(at) && (picked.route === null || bus.facts[4] === picked.route);
      if (on !== busLayer.hasLayer(bus.marker)) { if (on) { busLayer.addLayer(bus.marker); dress(bus); } else { busLayer.removeLayer(bus.marker); } }
      if (!bus.marker.getLatLng().equals(at)) { bus.marker.setLatLng(at); }
    });
  }

  function tell() {
    const silent = Math.floor((Date.now() - heard) / 60000);
    const behind = made && !made.live ? Math.max(Math.floor(made.age_s / 60), 1) : 0;
    const text = silent >= 1 ? fill(w.lost, silent) : behind ? fill(w.behind, behind) : "";
    if (el("trouble").textContent !== text) { el("trouble").textContent = text; }
  }

  function poll() {
    clearTimeout(timer);
    get("/map/vehicles.json").then(arrived, missed).then(function () { timer = setTimeout(poll, document.hidden ? 30000 : tick); });
  }
  function missed() { tell(); }

  /* Panel ----------------------------------------------------------------------------------------------------------- */

  function open(heading) {
    const fresh = panel.hidden || title.textContent !== heading;
    panel.hidden = false;
    title.textContent = heading;
    if (fresh) { list.textContent = ""; el("said").textContent = ""; note.textContent = ""; more.textContent = ""; title.focus(); }
  }
  function close() { panel.hidden = true; picked.stop = null; picked.bus = null; emphasize(); el("map").focus(); }

  function pickRoute(route) {
    picked = { route: route, stop: null, bus: null };
    if (route === null) { panel.hidden = true; } else { open(ground.routes[route].name + " " + ground.routes[route].long); showRoute(); frame(route); }
    emphasize();
  }
  function frame(route) {
    const group = L.featureGroup(ground.drawn.filter(function (line) { return line.route === route; }));
    if (group.getLayers().length) { map.fitBounds(group.getBounds(), { padding: [30, 30] }); }
  }
  function showRoute() {
    let n = 0;
    buses.forEach(function (bus) { if (bus.facts[4] === picked.route) { n += 1; } });
    note.textContent = fill(w.buses, n);
  }

  function pickBus(id) { picked.stop = null; picked.bus = id; showBus(); emphasize(); }
  function showBus() {
    const bus = buses.get(picked.bus);
    if (!bus) { close(); return; }
    const each = bus.facts;
    open(w.bus + " " + (each[4] === null ? "" : ground.routes[each[4]].name) + (each[5] ? " → " + each[5] : ""));
    note.textContent = [fill(w.seen, each[6]), each[7] === null ? "" : w.crowd[each[7]], each[8] ? w.low : ""].filter(Boolean).join(" · ");
  }

  function pickStop(id, name) {
    picked.stop = id; picked.bus = null;
    open(name);
    const link = make("a", "", w.display);
    link.href = "/display/" + encodeURIComponent(id);
    more.textContent = ""; more.appendChild(link);
    emphasize();
    showStop();
    reveal(known.get(id).dot.getLatLng());
  }
  /* On a phone the panel lies over the map: what it tells of must stay in sight above. */
  function reveal(at) {
    const free = map.getSize().y - (window.innerWidth < WIDE ? 0.58 * map.getSize().y : 0), point = map.latLngToContainerPoint(at);
    if (point.y > free - 30) { map.panBy([0, point.y - free / 2], { animate: false }); }
  }
  function showStop() {
    const asked = picked.stop;
    get("/v1/stops/" + encodeURIComponent(asked) + "/arrivals?limit=" + MOST_ROWS).then(function (found) { if (picked.stop === asked) { fillStop(found); } }, missed);
  }
  function fillStop(found) {
    const all = found.arrivals.concat(found.planned).filter(function (each) { return each.minutes !== null; });
    all.sort(function (a, b) { return a.minutes - b.minutes; });
    const soon = all.filter(function (each) { return each.minutes <= SOON_MIN; }).length;
    const rows = all.slice(0, Math.max(LEAST_ROWS, Math.min(soon, MOST_ROWS)));
    while (list.children.length > rows.length) { list.removeChild(list.lastChild); }
    rows.forEach(function (each, k) { fillRow(list.children[k] || list.appendChild(emptyRow()), each); });
    const every = found.headways.filter(function (each) { return each.runs_now; }).map(function (each) {
      return (each.route_short_name || each.route_id) + " " + (each.headsign || "") + ": " + fill(w.every, Math.round(each.headway_s / 60));
    });
    note.textContent = rows.length ? "" : every.length ? every.join(" · ") : w.none;
  }
  function emptyRow() {
    const item = make("li"), row = make("div", "row"), way = make("span", "way"), when = make("span", "in");
    row.appendChild(make("span", "chip")); row.appendChild(way); row.appendChild(when);
    way.appendChild(make("span")); way.appendChild(make("small"));
    when.appendChild(make("b")); when.appendChild(make("small"));
    if (window.BusAlarm && window.BusAlarm.possible(body.dataset.pushKey)) { row.appendChild(bell(item)); }
    item.appendChild(row);
    return item;
  }
  function bell(item) {
    const button = make("button", "bell");
    button.type = "button";
    button.addEventListener("click", function () {
      const each = item.told, wish = { stop_id: each.stop_id || picked.stop, language: language };
      ["route_id", "trip_id", "start_date", "start_time"].forEach(function (name) { if (each[name]) { wish[name] = each[name]; } });
      button.disabled = true;
      window.BusAlarm.set(body.dataset.pushKey, wish).then(function () { say(w.set); }, function () { say(w.refused); button.disabled = false; });
    });
    return button;
  }
  function say(text) { el("said").textContent = text; }
  function fillRow(item, each) {
    const row = item.firstChild, chip = row.children[0], way = row.children[1], when = row.children[2], vehicle = each.vehicle || {};
    chip.textContent = each.route_short_name || each.route_id;
    paint(chip, Math.max(rowOf(each.route_id), 0));
    way.children[0].textContent = each.headsign || "";
    way.children[1].textContent = [each.basis === "TIMETABLE" ? w.plan : each.last_known ? "~" : "", each.last_of_day ? w.last : "", vehicle.occupancy in CROWD ? w.crowd[CROWD[vehicle.occupancy]] : "", vehicle.low_floor ? w.low : ""].filter(Boolean).join(" · ");
    when.children[0].textContent = each.minutes === 0 ? w.now : String(each.minutes);
    when.children[1].textContent = each.minutes === 0 ? "" : w.min;
    row.classList.toggle("unsure", !each.tracked);
    if (row.children[3]) {
      if (item.told && item.told.trip_id !== each.trip_id) { row.children[3].disabled = false; }
      row.children[3].hidden = !(each.minutes > 5);
      row.children[3].title = w.ring;
      row.children[3].setAttribute("aria-label", w.ring + ": " + (each.route_short_name || each.route_id) + " " + (each.headsign || ""));
    }
    item.told = each;
  }

  /* Search ---------------------------------------------------------------------------------------------------------- */

  el("search").addEventListener("submit", function (event) {
    event.preventDefault();
    const words = el("q").value.trim();
    if (!words) { return; }
    get("/v1/stops?limit=" + MOST_FOUND + "&q=" + encodeURIComponent(words)).then(function (found) {
      picked.stop = null; picked.bus = null;
      open(w.found);
      list.textContent = "";
      note.textContent = found.stops.length ? "" : w.nothing;
      found.stops.forEach(function (each) {
        const item = make("li"), button = make("button", "", each.name);
        button.type = "button";
        button.addEventListener("click", function () {
          addStop(each.stop_id, each.name, each.lat, each.lon, each.route_ids.map(rowOf));
          map.setView([each.lat, each.lon], Math.max(map.getZoom(), 16));
          list.textContent = "";
          pickStop(each.stop_id, each.name);
        });
        item.appendChild(button); list.appendChild(item);
      });
    }, missed);
  });
  el("close").addEventListener("click", close);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape" && !panel.hidden) { close(); } });

  if (navigator.geolocation && window.isSecureContext) {
    const Here = L.Control.extend({ onAdd: function () {
      const bar = L.DomUtil.create("div", "leaflet-bar"), link = L.DomUtil.create("a", "", bar);
      link.href = "#"; link.textContent = "◎"; link.title = w.here; link.setAttribute("role", "button"); link.setAttribute("aria-label", w.here);
      L.DomEvent.on(link, "click", function (event) { L.DomEvent.stop(event); map.locate({ setView: true, maxZoom: 16 }); });
      return bar;
    } });
    new Here({ position: "topleft" }).addTo(map);
  }

  function begin() { get("/map/ground.json").then(lay).then(function () { poll(); setInterval(draw, GLIDE_MS); setInterval(tell, 5000); }, function () { missed(); setTimeout(begin, 3000); }); }
  begin();
})();
