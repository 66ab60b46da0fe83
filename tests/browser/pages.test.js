/* Pages in a real browser, before a real counter and real snapshots of a simulated city, on a clock that the tests move. */
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const axe = require("axe-core");
const { begin, open, pass, ROOT } = require("./city.js");

const STOP = "LTFRB_3167"; // Shaw Boulevard: six routes
const PICTURES = path.join(ROOT, "docs", "pictures");
const KEEP = Boolean(process.env.PICTURES);
const UPDATES = Number(process.env.UPDATES || 10000);
const MOST_SLOPE_B = 1024;
let city;

test.before(async () => { city = await begin(); });
test.after(async () => { await city.end(); });

const rowsOf = (page) => page.$$eval("#rows tr:not(.empty)", (rows) => rows.map((row) => ({
  route: row.querySelector(".route b").textContent, to: row.querySelector(".place").textContent, minutes: row.querySelector(".min b").textContent })));
const text = (page, selector) => page.$eval(selector, (node) => node.textContent.trim());
const updated = (page, n) => page.waitForFunction((least) => Number(document.body.dataset.updates || 0) >= least, n || 1);

async function keep(page, name) {
  const file = path.join(PICTURES, name);
  if (KEEP) { fs.mkdirSync(PICTURES, { recursive: true }); await page.screenshot({ path: file }); }
  assert.ok(fs.existsSync(file), name + " is missing: PICTURES=1 make test-browser");
  assert.ok(fs.statSync(file).size <= 200000, name + " is too large");
}

async function audit(page) {
  await page.evaluate(axe.source);
  const running = page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  let ended = false;
  const mark = () => { ended = true; };
  running.then(mark, mark);
  while (!ended) { await page.clock.runFor(20); } // it waits for the clock that stands still
  const found = await running;
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).map((each) => each.id + ": " + each.nodes[0].html);
}

test("a display fills, large and from its own host only", async () => {
  const page = await open(city, "/display/" + STOP + "?lang=en&theme=day");
  await updated(page);
  const rows = await rowsOf(page), facts = await city.json("/display/" + STOP + ".full.json");
  const minute = Math.floor(city.now / 60);
  assert.ok(rows.length >= 3);
  assert.deepStrictEqual(rows, facts.rows.slice(0, rows.length).map((row) => ({ route: row.route, to: row.to, minutes: row.at === minute ? "Now" : String(row.at - minute) })));
  const heights = await page.$$eval("#rows tr:not(.empty) .route b, #rows tr:not(.empty) .min b", (all) => all.map((node) => {
    const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(node);
    pen.font = style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
    return pen.measureText("0").actualBoundingBoxAscent / window.innerHeight;
  }));
  assert.ok(Math.min(...heights) >= 1 / 12, "digits are " + Math.min(...heights));
  assert.strictEqual(await text(page, "#clock"), "17:00");
  assert.strictEqual(await text(page, "#made"), "Simulated buses");
  assert.strictEqual(await text(page, "#state"), "");
  assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight), "nothing is cut off");
  assert.deepStrictEqual([page.foreign, page.failures], [[], []]);
  await keep(page, "display-day.png");
  await page.close();
});

test("minutes tick over on the whole minute, in the same cells", async () => {
  const page = await open(city, "/display/" + STOP + "?lang=en");
  await updated(page);
  await page.evaluate(() => {
    window.rowsThen = Array.from(document.querySelectorAll("#rows tr"));
    window.shown = [];
    new MutationObserver((all) => all.forEach(() => window.shown.push(document.getElementById("clock").textContent))).observe(document.getElementById("rows"), { subtree: true, characterData: true, childList: true });
  });
  const before = (await rowsOf(page)).length;
  await pass(city, page, 180);
  const facts = await city.json("/display/" + STOP + ".full.json"), minute = Math.floor(city.now / 60);
  const rows = await rowsOf(page);
  assert.ok(before >= 3 && rows.length >= 3);
  assert.deepStrictEqual(rows.map((row) => row.minutes), facts.rows.filter((row) => row.at >= minute).slice(0, rows.length).map((row) => (row.at === minute ? "Now" : String(row.at - minute))));
  assert.ok(await page.evaluate(() => Array.from(document.querySelectorAll("#rows tr")).every((row, n) => row === window.rowsThen[n])));
  assert.ok(await page.evaluate(() => window.shown.length > 0));
  assert.strictEqual(await text(page, "#clock"), "17:03");
  await page.close();
});

test("languages take turns", async () => {
  const page = await open(city, "/display/" + STOP + "?lang=en,fil,ko");
  const said = [];
  for (let k = 0; k < 3; k += 1) { said.push([await page.evaluate(() => document.documentElement.lang), await text(page, "#made")]); await page.clock.runFor(8000); }
  assert.deepStrictEqual(said, [["en", "Simulated buses"], ["fil", "Kunwaring mga bus"], ["ko", "모의 버스"]]);
  await page.close();
});

test("an alert is shown, in the language whose turn it is", async () => {
  await city.order("/alert");
  const page = await open(city, "/display/" + STOP);
  await pass(city, page, 70);
  const said = new Set();
  for (let k = 0; k < 2; k += 1) { said.add(await text(page, "#notice")); await page.clock.runFor(8000); }
  assert.deepStrictEqual([...said].sort(), ["Sarado ang Shaw Boulevard ngayong gabi.", "Shaw Boulevard is closed tonight."]);
  await city.order("/calm");
  await page.close();
});

test("without the server a display goes on, says how old it is, shows the timetable, and recovers", async () => {
  const page = await open(city, "/display/" + STOP + "?lang=en&theme=day");
  await updated(page);
  await pass(city, page, 30);
  await city.order("/down");
  try {
    const last = await rowsOf(page);
    await pass(city, page, 200, "&tick=0");
    assert.match(await text(page, "#state"), /^Last heard 3 min ago$/);
    assert.match(await text(page, "#notice"), /No connection/);
    const rows = await rowsOf(page);
    assert.ok(rows.length >= 3 && JSON.stringify(rows) !== JSON.stringify(last), "it counts down");
    await keep(page, "display-stale.png");
    await pass(city, page, 440, "&tick=0");
    assert.match(await text(page, "#state"), /By the timetable/);
    assert.match(await text(page, "#every"), /every \d+ min, until \d\d:\d\d/);
  } finally { await city.order("/up"); }
  await pass(city, page, 90);
  assert.strictEqual(await text(page, "#state"), "");
  assert.ok((await rowsOf(page)).length >= 3);
  assert.strictEqual(await text(page, "#notice"), "");
  await page.close();
});

test("when the live loop stands still, a display says so though the server answers", async () => {
  const page = await open(city, "/display/" + STOP + "?lang=en");
  await updated(page);
  await pass(city, page, 250, "&tick=0");
  assert.match(await text(page, "#state"), /^Last heard [345] min ago$/);
  await pass(city, page, 90);
  assert.strictEqual(await text(page, "#state"), "");
  await page.close();
});

test("a display is dark after sunset", async () => {
  const sun = (await city.json("/display/" + STOP + ".full.json")).sun;
  while (city.now < (sun[1] + 5) * 60) { await city.order("/advance?s=60"); }
  const page = await open(city, "/display/" + STOP + "?lang=fil");
  await updated(page);
  assert.ok(await page.evaluate(() => document.body.classList.contains("night")));
  assert.ok((await rowsOf(page)).length >= 3);
  assert.deepStrictEqual(await page.$$eval("#rows td", (all) => all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)), [], "no word is cut off");
  await keep(page, "display-night.png");
  await page.close();
});

test("e-paper gets a picture of the same", async () => {
  const little = await city.json("/display/" + STOP + ".json");
  assert.ok(little.r.length >= 3);
  const answer = await fetch(city.address + "/display/" + STOP + ".png?w=800&h=480&depth=1&lang=en");
  const data = Buffer.from(await answer.arrayBuffer());
  assert.deepStrictEqual([data.readUInt32BE(16), data.readUInt32BE(20), data[24]], [800, 480, 1]);
  assert.ok(data.length <= 5000, "png of " + data.length);
  const file = path.join(PICTURES, "display-epaper.png");
  if (KEEP) { fs.writeFileSync(file, data); }
  assert.ok(fs.existsSync(file));
});

test("the map: buses glide, a stop tells its arrivals, a route its line, all by keyboard too", async () => {
  const page = await open(city, "/map?lang=en");
  await page.waitForSelector(".bus");
  await page.clock.runFor(500);
  assert.ok((await page.$$(".bus")).length >= 20);
  const places = () => page.$$eval(".bus", (all) => all.map((node) => node.style.transform).join());
  const seen = new Set();
  await pass(city, page, 40);
  await city.order("/advance?s=20");
  for (let n = 0; n < 15; n += 1) { // two polls at most: buses that jump would be seen at three places
    await page.clock.runFor(1000);
    await page.waitForTimeout(20);
    seen.add(await places());
  }
  assert.ok(seen.size >= 5, "buses glide between ticks");
  await page.click("#routes button:nth-child(6)");
  assert.match(await text(page, "#panel-title"), /^P5 EDSA Pioneer/);
  assert.match(await text(page, "#panel-note"), /^\d+ buses on the way$/);
  assert.deepStrictEqual([...new Set(await page.$$eval(".bus div:last-child", (all) => all.map((node) => node.textContent)))], ["P5"]);
  await page.click("#routes button:nth-child(1)");
  await page.focus("#q");
  await page.keyboard.type("shaw college");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#list button");
  await page.keyboard.press("Tab"); // the close button
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#list .row .chip");
  assert.match(await text(page, "#panel-title"), /^Shaw College/);
  const rows = await page.$$eval("#list .row", (all) => all.map((row) => row.querySelector(".chip").textContent + " " + row.querySelector(".in").textContent));
  assert.ok(rows.length >= 3 && rows.every((row) => /^P\d (Now|\d+min)$/.test(row)), rows.join());
  await page.clock.runFor(2000);
  await keep(page, "map-desktop.png");
  assert.deepStrictEqual(await audit(page), []);
  await page.keyboard.press("Escape");
  assert.ok(await page.$eval("#panel", (panel) => panel.hidden));
  assert.deepStrictEqual([page.foreign, page.failures], [[], []]);
  await page.close();
});

test("the map on a phone, and without network", async () => {
  const page = await open(city, "/map?lang=en", { width: 390, height: 844 });
  await page.waitForSelector(".bus");
  await page.fill("#q", "shaw college");
  await page.keyboard.press("Enter");
  await page.click("#list button");
  await page.waitForSelector("#list .row .chip");
  await page.clock.runFor(2000);
  assert.ok((await page.$$("#list .row")).length >= 3);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing to scroll sideways");
  await keep(page, "map-phone.png");
  await city.order("/down");
  await pass(city, page, 130, "&tick=0");
  assert.match(await text(page, "#trouble"), /^No connection\. Last heard [12] min ago\.$/);
  await city.order("/up");
  await pass(city, page, 30);
  assert.strictEqual(await text(page, "#trouble"), "");
  await page.close();
});

// a promise is itself true to waitForFunction: what it resolves to is asked again and again from here
async function until(page, expression, wanted, again) {
  for (let n = 0; n < 100; n += 1) {
    if (again && n % 20 === 0) { await again(); }
    try { assert.deepStrictEqual(await page.evaluate(expression), wanted); return; } catch (error) { if (n === 99) { throw error; } }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("an alarm is offered, refused without leave, and shown by the worker when it comes", async () => {
  const page = await open(city, "/map?lang=en");
  await page.waitForSelector(".bus");
  await page.fill("#q", "shaw college");
  await page.keyboard.press("Enter");
  await page.click("#list button");
  await page.waitForSelector("#list .bell:not([hidden])");
  assert.match(await page.getAttribute("#list .bell:not([hidden])", "aria-label"), /^Tell me 5 minutes before: P\d /);
  await page.click("#list .bell:not([hidden])");
  await page.waitForFunction(() => document.getElementById("said").textContent === "The alarm could not be set");
  await page.goto(city.address + "/stops/" + STOP);
  await page.waitForSelector("#alarm:not([hidden]) button");
  await city.browser.grantPermissions(["notifications"], { origin: city.address });
  const session = await city.browser.newCDPSession(page), seen = new Promise((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", (told) => { if (told.registrations.length) { resolve(told.registrations[0]); } });
  });
  await session.send("ServiceWorker.enable");
  await page.evaluate(() => navigator.serviceWorker.register("/static/alarm/worker.js"));
  const registration = await seen;
  const worker = 'navigator.serviceWorker.getRegistration("/static/alarm/")';
  await until(page, worker + ".then((own) => own.active !== null)", true);
  const told = { title: "Your bus alarm", body: "Bus P5 arrives in five minutes.", lang: "en", stop: STOP, tag: "msg_1" };
  // a message that comes while the worker is being started may be lost; one with the same tag takes its place
  const deliver = () => session.send("ServiceWorker.deliverPushMessage", { origin: city.address, registrationId: registration.registrationId, data: JSON.stringify(told) });
  const shown = worker + ".then((own) => own.getNotifications()).then((all) => all.map((each) => [each.title, each.body, each.data]))";
  await until(page, shown, [[told.title, told.body, "/stops/" + STOP]], deliver);
  assert.deepStrictEqual([page.foreign, page.failures], [[], []]);
  await page.close();
});

test("no page has a serious fault of accessibility", async () => {
  for (const where of ["/", "/?q=shaw", "/stops/" + STOP, "/docs", "/display/" + STOP + "?theme=day", "/display/" + STOP + "?theme=night", "/map"]) {
    const page = await open(city, where);
    await page.waitForTimeout(300);
    assert.deepStrictEqual(await audit(page), [], where);
    await page.close();
  }
});

test("a display does not grow in " + UPDATES + " updates", { timeout: 5400000 }, async (t) => {
  const page = await open(city, "/display/" + STOP + "?lang=en,fil");
  await updated(page);
  const session = await city.browser.newCDPSession(page);
  const heap = async () => { await session.send("HeapProfiler.collectGarbage"); return (await session.send("Runtime.getHeapUsage")).usedSize; };
  const at = async () => Number(await page.evaluate(() => document.body.dataset.updates));
  const points = [], step = Math.max(Math.floor(UPDATES / 20), 1);
  const begun = await at();
  for (let n = 1; n <= UPDATES; n += 1) {
    // a body each minute, a snapshot each fifth: it is the page that is measured
    if (n % 6 === 0) { await city.order("/advance?s=60&tick=" + (n % 30 === 0 ? 1 : 0)); }
    const before = await at();
    await page.clock.runFor(10100);
    await updated(page, before + 1);
    if (n % step === 0) { points.push([n, await heap()]); }
  }
  assert.ok(await at() - begun >= UPDATES);
  if (UPDATES < 500) { t.skip("a slope needs 500 updates"); await page.close(); return; }
  const later = points.slice(Math.floor(points.length / 5)); // warmed up
  const mean = (k) => later.reduce((sum, each) => sum + each[k], 0) / later.length;
  const x = mean(0), y = mean(1);
  const slope = later.reduce((sum, each) => sum + (each[0] - x) * (each[1] - y), 0) / later.reduce((sum, each) => sum + (each[0] - x) ** 2, 0);
  t.diagnostic("heap slope " + slope.toFixed(1) + " B an update, from " + later[0][1] + " B to " + later[later.length - 1][1] + " B");
  assert.ok(slope <= MOST_SLOPE_B, "slope " + slope);
  await page.close();
});
