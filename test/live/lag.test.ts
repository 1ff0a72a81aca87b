import { lagContract } from '../contracts/lag.ts';
import { describeLive } from '../rig/live.ts';
import { liveEngine } from './engine-estate.ts';

describeLive('the lag of a source on Elasticsearch 8.19', ['elasticsearch8'], ({ elasticsearch8 }) => {
  lagContract((estate) => liveEngine(elasticsearch8, estate));
});
