// What comes next at a stop, polled as the API asks for: Node 20 or a browser, nothing to install.
// node arrivals.mjs http://localhost:8000 STOP_ID [TIMES]

export class Stop {
  constructor(base, stopId) {
    this.url = `${base.replace(/\/$/, "")}/v1/stops/${encodeURIComponent(stopId)}/arrivals`;
    this.tag = null; // of the last answer: an unchanged one costs a few bytes
    this.told = null;
    this.freshS = 1;
  }

  // Ask once; true if there is something new.
  async ask() {
    const headers = this.tag ? { "If-None-Match": this.tag } : {};
    const answer = await fetch(this.url, { headers, signal: AbortSignal.timeout(10_000) });
    const maxAge = /max-age=(\d+)/.exec(answer.headers.get("Cache-Control") ?? "");
    this.freshS = maxAge ? Math.max(Number(maxAge[1]), 1) : 5;
    if (answer.status === 304) return false;
    if (answer.status === 429 || answer.status === 503) {
      this.freshS = Number(answer.headers.get("Retry-After") ?? 5); // both say when to come back
      return false;
    }
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${body.status} ${body.code}: ${body.detail}`);
    this.tag = answer.headers.get("ETag");
    this.told = body;
    return true;
  }
}

if (typeof process !== "undefined" && process.argv[1]?.endsWith("arrivals.mjs")) {
  const [base, stopId, times = "1"] = process.argv.slice(2);
  const stop = new Stop(base, stopId);
  try {
    for (let turn = 0; turn < Number(times); turn++) {
      if (turn) await new Promise((go) => setTimeout(go, stop.freshS * 1000));
      if (await stop.ask()) {
        const { meta, arrivals } = stop.told;
        console.log(`${stop.told.stop.name} (${meta.source}, ${meta.attribution})`);
        for (const each of arrivals) console.log(`  ${each.minutes} min  ${each.sentence.en}`);
      } else {
        console.log("  unchanged");
      }
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
