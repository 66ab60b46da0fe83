// Every call of OneBusAway's npm SDK; what it decoded, as JSON, with the names that scripts/oba_calls.py has.
// usage: node oba.mjs ADDRESS
import OnebusawaySDK from 'onebusaway-sdk';

const [STOP, LAST_STOP, UNKNOWN] = ['A_S3', 'A_S4', 'A_none'];
const client = new OnebusawaySDK({ apiKey: 'TEST', baseURL: process.argv[2], maxRetries: 0 });
const place = { lat: 14.56, lon: 121.07 };

async function attempt(call) {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof OnebusawaySDK.APIError)) throw error;
    return { error: error.constructor.name, body: error.error };
  }
}

const entry = async (call) => (await call).data.entry;
const list = async (call) => (await call).data.list;

const arrivals = await client.arrivalAndDeparture.list(LAST_STOP, { minutesAfter: 60 });
const rows = arrivals.data.entry.arrivalsAndDepartures;
const trip = await entry(client.trip.retrieve('A_T1'));
const told = {
  time: (await entry(client.currentTime.retrieve())).time,
  config: await entry(client.config.retrieve()),
  coverage: await list(client.agenciesWithCoverage.list()),
  agency: await entry(client.agency.retrieve('A')),
  stop: (await client.stop.retrieve(STOP)).data,
  route: (await client.route.retrieve('A_R1')).data,
  stops_for_location: (await client.stopsForLocation.list({ ...place, radius: 5000 })).data,
  stops_for_query: await list(client.stopsForLocation.list({ ...place, query: 'Stop 3' })),
  stops_for_route: await entry(client.stopsForRoute.list('A_R3')),
  stops_for_agency: await list(client.stopsForAgency.list('A')),
  stop_ids: await list(client.stopIdsForAgency.list('A')),
  routes_for_agency: await list(client.routesForAgency.list('A')),
  route_ids: await list(client.routeIdsForAgency.list('A')),
  routes_for_location: await list(client.routesForLocation.list({ ...place, radius: 5000 })),
  arrivals: rows,
  arrivals_references: arrivals.data.references,
  arrivals_first_stop: (
    await entry(client.arrivalAndDeparture.list('A_S0', { minutesBefore: 15, minutesAfter: 90 }))
  ).arrivalsAndDepartures,
  cancelled: (await entry(client.arrivalAndDeparture.list(STOP, { minutesAfter: 90 }))).arrivalsAndDepartures,
  schedule_for_stop: await entry(client.scheduleForStop.retrieve(STOP)),
  schedule_for_route: await entry(client.scheduleForRoute.retrieve('A_R1')),
  trip,
  trip_details: await entry(client.tripDetails.retrieve('A_T1')),
  trip_details_cancelled: await entry(client.tripDetails.retrieve('A_T4')),
  trip_details_headway: await entry(client.tripDetails.retrieve('A_H1')),
  trips_for_route: await list(client.tripsForRoute.list('A_R2')),
  trips_for_location: await list(client.tripsForLocation.list({ ...place, latSpan: 0.5, lonSpan: 0.5 })),
  vehicles: await list(client.vehiclesForAgency.list('A')),
  block: await entry(client.block.retrieve('A_B1')),
  shape: await entry(client.shape.retrieve(trip.shapeId)),
  search_stop: await list(client.searchForStop.list({ input: 'stop 3' })),
  search_route: await list(client.searchForRoute.list({ input: 'loop' })),
  problem_stop: await client.reportProblemWithStop.retrieve(STOP, {
    code: 'stop_name_wrong',
    userComment: 'It is Stop Three, ñ',
    userLat: 14.5600123,
    userLon: 121.07,
  }),
  problem_trip: await client.reportProblemWithTrip.retrieve('A_T1', {
    code: 'vehicle_came_late',
    stopID: STOP,
    userOnVehicle: true,
    vehicleID: 'A_b1',
  }),
  trip_for_vehicle: await attempt(() => entry(client.tripForVehicle.retrieve('A_b1'))),
  unknown: {
    stop: await attempt(() => client.arrivalAndDeparture.list(UNKNOWN)),
    route: await attempt(() => client.route.retrieve(UNKNOWN)),
    trip: await attempt(() => client.tripDetails.retrieve(UNKNOWN)),
    agency: await attempt(() => client.agency.retrieve('nobody')),
    bad: await attempt(() => client.arrivalAndDeparture.list(STOP, { minutesAfter: 100000 })),
  },
};
if (client.arrivalsAndDeparturesForLocation) {
  told.arrivals_for_location = await entry(
    client.arrivalsAndDeparturesForLocation.list({ ...place, radius: 5000, minutesAfter: 60 }),
  );
}
const bus = rows.find((row) => row.tripId === 'A_T1');
if (bus) {
  const query = { tripId: bus.tripId, serviceDate: bus.serviceDate };
  told.arrival = await entry(client.arrivalAndDeparture.retrieve(LAST_STOP, query));
}
const loop = told.arrivals_first_stop.find((row) => row.tripId === 'A_L1');
if (loop) {
  const query = { tripId: 'A_L1', serviceDate: loop.serviceDate, stopSequence: 4 };
  told.loop_end = await entry(client.arrivalAndDeparture.retrieve('A_S0', query));
}
console.log(JSON.stringify(told));
