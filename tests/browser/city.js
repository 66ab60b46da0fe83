/* The city under test, and the browser that looks at it. */
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { chromium } = require("playwright-core");

const ROOT = path.join(__dirname, "..", "..");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--js-flags=--expose-gc", "--enable-precise-memory-info"];

async function begin() {
  const child = spawn(process.env.PYTHON || "python3", ["-m", "tests.browser.city"], { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const lines = readline.createInterface({ input: child.stdout });
  const told = await new Promise((resolve, reject) => {
    lines.on("line", (line) => { if (line.startsWith("{")) { resolve(JSON.parse(line)); } });
    child.on("exit", (code) => reject(new Error("the city ended with " + code)));
  });
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "passinfo-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, { executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, args: FLAGS });
  const city = {
    address: told.address,
    browser: browser,
    now: told.now,
    async order(what) {
      const answer = await (await fetch(told.control + what)).json();
      city.now = answer.now;
    },
    async json(where) { return (await fetch(told.address + where)).json(); },
    async end() {
      await browser.close();
      child.stdin.end();
      await new Promise((resolve) => { if (child.exitCode !== null) { resolve(); } else { child.on("exit", resolve); } });
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
  return city;
}

/* A page whose clock is the city's. */
async function open(city, where, size) {
  const page = await city.browser.newPage();
  await page.setViewportSize(size || { width: 1280, height: 720 });
  page.foreign = [];
  page.on("request", (request) => { if (!request.url().startsWith(city.address) && !request.url().startsWith("data:")) { page.foreign.push(request.url()); } });
  page.asking = 0;
  page.on("request", () => { page.asking += 1; });
  ["requestfinished", "requestfailed"].forEach((end) => page.on(end, () => { page.asking -= 1; }));
  page.failures = [];
  page.on("pageerror", (error) => page.failures.push(error.message));
  await page.clock.install({ time: city.now * 1000 - 10000 });
  await page.clock.pauseAt(city.now * 1000);
  await page.goto(city.address + where);
  return page;
}

/* Time goes by, for the city and for the page, as a page that polls each ten seconds sees it every other time. */
async function pass(city, page, seconds, how) {
  for (let left = seconds; left > 0; left -= 20) {
    const step = Math.min(left, 20);
    await city.order("/advance?s=" + step + (how || ""));
    await page.clock.runFor(step * 1000);
    await page.waitForTimeout(20);
    for (let n = 0; n < 200 && page.asking > 0; n += 1) { await page.waitForTimeout(5); }
  }
}

module.exports = { begin, open, pass, ROOT };
