// The static feed and the realtime feeds as npm's gtfs imports them into a database, as JSON.
// usage: node gtfs.mjs ADDRESS
import * as gtfs from 'gtfs';

const address = process.argv[2];
const config = {
  sqlitePath: ':memory:',
  logFunction: () => {},
  gtfsRealtimeExpirationSeconds: 3600,
  ignoreErrors: false,
  agencies: [
    {
      url: `${address}/gtfs/schedule.zip`,
      realtimeAlerts: { url: `${address}/gtfs-rt/alerts.pb` },
      realtimeTripUpdates: { url: `${address}/gtfs-rt/trip-updates.pb` },
      realtimeVehiclePositions: { url: `${address}/gtfs-rt/vehicle-positions.pb` },
    },
  ],
};
const db = gtfs.openDb(config);
await gtfs.importGtfs(config);
await gtfs.updateGtfsRealtime(config);
const all = (table) => db.prepare(`SELECT * FROM ${table}`).all();
console.log(
  JSON.stringify({
    agencies: gtfs.getAgencies(),
    routes: gtfs.getRoutes(),
    stops: gtfs.getStops(),
    trips: gtfs.getTrips(),
    stop_times: gtfs.getStoptimes({ trip_id: 'L1' }, [], [['stop_sequence', 'ASC']]),
    frequencies: gtfs.getFrequencies(),
    vehicle_positions: all('vehicle_positions'),
    trip_updates: all('trip_updates'),
    stop_time_updates: all('stop_time_updates'),
    service_alerts: all('service_alerts'),
    informed: all('service_alert_informed_entities'),
  }),
);
