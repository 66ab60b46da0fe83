// The three feeds as npm's gtfs-realtime-bindings decodes them, as JSON.
// usage: node bindings.mjs ADDRESS
import GtfsRealtimeBindings from 'gtfs-realtime-bindings';

const { FeedMessage } = GtfsRealtimeBindings.transit_realtime;
const told = {};
for (const kind of ['vehicle-positions', 'trip-updates', 'alerts']) {
  const answer = await fetch(`${process.argv[2]}/gtfs-rt/${kind}.pb`);
  if (!answer.ok) throw new Error(`${kind}: ${answer.status}`);
  const message = FeedMessage.decode(new Uint8Array(await answer.arrayBuffer()));
  told[kind] = FeedMessage.toObject(message, { enums: String, longs: Number });
}
console.log(JSON.stringify(told));
