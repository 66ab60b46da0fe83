// Asks minotor (npm install minotor) questions: stdin [{feed, day, from, to, departS}], stdout the ways of each, by most transfers.
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const built = path.resolve(process.argv[2], 'node_modules', 'minotor', 'dist');
const load = (name) => import(pathToFileURL(path.join(built, name)).href);
const { GtfsParser } = await load('parser.esm.js');
const { Query, Router, Time } = await load('router.esm.js');
console.info = console.log = console.warn = () => {};

const feeds = new Map();
async function routerOf({ feed, day }) {
  if (!feeds.has(feed)) {
    const { timetable, stopsIndex } = await new GtfsParser(feed).parse(new Date(`${day}T12:00:00`));
    feeds.set(feed, new Router(timetable, stopsIndex));
  }
  return feeds.get(feed);
}

function told(leg) {
  const ride = 'route' in leg;
  return {
    route: ride ? leg.route.name : '',
    from: leg.from.id,
    to: leg.to.id,
    departS: ride ? leg.departureTime.toSeconds() : null,
    arriveS: ride ? leg.arrivalTime.toSeconds() : null,
    walkS: ride ? null : leg.minTransferTime.toSeconds(),
  };
}

const answers = [];
for (const asked of JSON.parse(readFileSync(0, 'utf8'))) {
  const router = await routerOf(asked);
  const ways = [];
  for (let transfers = 0; transfers < asked.mostRides; transfers++) {
    const query = new Query.Builder()
      .from(asked.from)
      .to(asked.to)
      .departureTime(Time.fromSeconds(asked.departS))
      .maxTransfers(transfers)
      .build();
    const route = router.route(query).bestRoute();
    if (route) ways.push(route.legs.map(told));
  }
  answers.push(ways);
}
process.stdout.write(JSON.stringify(answers));
