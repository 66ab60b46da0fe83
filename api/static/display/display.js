/* A screen at the stop. ES2015, no library, no foreign host. It counts down by itself, says how old its word is,
   and shows the timetable when nobody knows where the buses are. Nothing is made or thrown away while it runs:
   cells are there from the start and change only where what is read changes. */
(function () {
  "use strict";

  const POLL_MS = 10000, TIMEOUT_MS = 8000, LANGUAGE_MS = 8000, NOTICE_MS = 8000;
  const LIVE_MIN = 1, KNOWN_MIN = 10; // as the server's own rule: a minute live, ten last known
  const body = document.body, words = JSON.parse(body.dataset.words), languages = Object.keys(words);
  const rows = Array.prototype.map.call(document.getElementById("rows").rows, cellsOf);
  const at = function (id) { return document.getElementById(id); };
  const parts = { name: at("name"), clock: at("clock"), state: at("state"), every: at("every"), notice: at("notice"), made: at("made"),
    route: at("h-route"), to: at("h-to"), min: at("h-min") };

  let facts = JSON.parse(body.dataset.first), tag = null, updates = 0;
  let ahead = Number(body.dataset.at) * 1000 - Date.now(); // server's clock less ours: screens' clocks are wrong
  let heard = now(), failed = false, turn = 0, noticeTurn = 0, request = null, timer = null;

  function cellsOf(row) {
    const find = function (selector) { return row.querySelector(selector); };
    return { row: row, stripe: find(".stripe"), route: find(".route b"), place: find(".place"), how: find(".how"), last: find(".last"),
      low: find(".low"), lowText: find(".low > span"), crowd: find(".crowd"), crowdText: find(".crowd > span"),
      bars: row.querySelectorAll(".crowd i"), cell: find(".min"), min: find(".min b"), unit: find(".min small") };
  }

  function now() { return Date.now() + ahead; }

  function say(node, text) { if (node.textContent !== text) { node.textContent = text; } }
  function mark(node, name, on) { if (node.classList.contains(name) !== on) { node.classList.toggle(name, on); } }
  function fill(text, name, value) { return text.replace("{" + name + "}", value); }
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function hour(minute) { const t = Math.floor(minute + facts.utc_offset_s / 60) % 1440; return two(Math.floor(t / 60)) + ":" + two(t % 60); }

  /* Minutes since the buses were heard of: the server's own age and our silence, whichever is longer. */
  function age(minute) {
    const silent = Math.floor((now() - heard) / 60000);
    return facts.heard === null ? silent : Math.max(silent, minute - facts.heard);
  }

  function shown(minute, old) {
    if (old >= KNOWN_MIN || facts.source === "timetable") {
      return facts.plan.filter(function (each) { return each[2] >= minute; }).map(function (each) {
        return { route: each[0], to: each[1], at: each[2], how: "T", crowd: null, low: null, last: false, color: colorOf(each[0]) };
      });
    }
    return facts.rows.filter(function (each) { return each.at >= minute; });
  }

  function colorOf(route) {
    for (let k = 0; k < facts.rows.length; k += 1) { if (facts.rows[k].route === route) { return facts.rows[k].color; } }
    return null;
  }

  function draw() {
    const minute = Math.floor(now() / 60000), old = age(minute), language = languages[turn % languages.length], w = words[language];
    const list = shown(minute, old), byPlan = old >= KNOWN_MIN || facts.source === "timetable", late = old >= LIVE_MIN;
    if (document.documentElement.lang !== language) { document.documentElement.lang = language; }
    dim(minute);
    say(parts.name, facts.name);
    say(parts.clock, hour(minute));
    say(parts.route, w.route); say(parts.to, w.to); say(parts.min, w.minutes);
    say(parts.state, byPlan ? w.by_plan : late ? fill(w.old, "n", old) : list.length ? "" : facts.every.length ? "" : w.none);
    for (let k = 0; k < rows.length; k += 1) { drawRow(rows[k], list[k], minute, w, late && !byPlan); }
    say(parts.every, everyLine(w, list, minute));
    say(parts.made, facts.simulated ? w.simulated : "");
    drawNotice(language, failed && late ? w.trying : "");
  }

  function drawRow(cells, row, minute, w, late) {
    mark(cells.row, "empty", !row);
    if (!row) { say(cells.route, ""); say(cells.place, ""); say(cells.min, ""); say(cells.unit, ""); return; }
    const minutes = row.at - minute, color = row.color ? "#" + row.color : "";
    say(cells.route, row.route);
    say(cells.place, row.to);
    if (cells.color !== color) { cells.color = color; cells.stripe.style.backgroundColor = color; }
    say(cells.min, minutes === 0 ? w.now : String(minutes));
    mark(cells.min, "word", minutes === 0);
    say(cells.unit, minutes === 0 ? "" : w.min);
    mark(cells.cell, "unsure", row.how !== "L" || late);
    mark(cells.how, "on", row.how === "T"); say(cells.how, row.how === "T" ? w.plan : "");
    mark(cells.last, "on", row.last); say(cells.last, row.last ? w.last : "");
    mark(cells.low, "on", row.low === true); say(cells.lowText, row.low === true ? w.low : "");
    mark(cells.crowd, "on", row.crowd !== null && !late);
    say(cells.crowdText, row.crowd === null || late ? "" : w.crowd[row.crowd]);
    for (let k = 0; k < cells.bars.length; k += 1) { mark(cells.bars[k], "full", row.crowd !== null && row.crowd > k); }
  }

  /* Headway service of which no bus is on the board. */
  function everyLine(w, list, minute) {
    const lines = [];
    facts.every.forEach(function (each) {
      const seen = list.some(function (row, k) { return k < rows.length && row.route === each.route && row.to === each.to; });
      if (!seen && each.until >= minute) {
        lines.push(each.route + " " + each.to + ": " + fill(w.every, "n", each.minutes) + ", " + fill(w.until, "t", hour(each.until)));
      }
    });
    return lines.join(" · ");
  }

  function drawNotice(language, trouble) {
    const notices = facts.notices;
    if (trouble || !notices.length) { say(parts.notice, trouble); return; }
    const notice = notices[noticeTurn % notices.length];
    say(parts.notice, notice[language] || notice[Object.keys(notice)[0]]);
  }

  function dim(minute) {
    const theme = body.dataset.theme;
    const dark = theme === "night" || (theme === "auto" && facts.sun !== null && !isLight(minute, facts.sun));
    mark(body, "night", dark); mark(body, "day", !dark);
  }

  /* By the time of day, so that it holds for days without network. */
  function isLight(minute, sun) {
    const length = sun[1] - sun[0], since = (((minute - sun[0]) % 1440) + 1440) % 1440;
    return since < length;
  }

  function poll() {
    const url = body.dataset.source + (body.dataset.id ? "?id=" + encodeURIComponent(body.dataset.id) : "");
    request = new XMLHttpRequest();
    request.open("GET", url);
    request.timeout = TIMEOUT_MS;
    // never from the browser's cache: an answer kept there has the clock of when it was sent
    if (tag) { request.setRequestHeader("If-None-Match", tag); } else { request.setRequestHeader("Cache-Control", "no-cache"); }
    request.onload = arrived;
    request.onerror = request.ontimeout = missed;
    request.send();
  }

  function arrived() {
    const status = request.status, date = Date.parse(request.getResponseHeader("Date") || "");
    if (status !== 200 && status !== 304) { missed(); return; }
    if (!isNaN(date)) { ahead = date - Date.now(); }
    heard = now();
    failed = false;
    updates += 1;
    if (status === 200) {
      const fresh = JSON.parse(request.responseText);
      if (fresh.version !== facts.version) { window.location.reload(); return; }
      tag = request.getResponseHeader("ETag");
      facts = fresh;
    }
    body.setAttribute("data-updates", String(updates));
    draw();
    again();
  }

  function missed() { failed = true; draw(); again(); }

  /* Every ten seconds, and soon after the whole minute: only then is there anything new. */
  function again() {
    const left = 60000 - now() % 60000 + 1000 + Math.random() * 2000;
    clearTimeout(timer);
    timer = setTimeout(poll, Math.min(POLL_MS, left));
  }

  draw();
  setInterval(draw, 1000);
  setInterval(function () { turn += 1; draw(); }, LANGUAGE_MS);
  setInterval(function () { noticeTurn += 1; }, NOTICE_MS);
  poll();
})();
