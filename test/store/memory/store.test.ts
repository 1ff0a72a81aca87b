import { storeContract } from '../../contracts/store.ts';
import { memoryStore } from '../../../src/store/memory/store.ts';

storeContract('memory', () => {
  const store = memoryStore();
  return Promise.resolve({ store, other: store });
});
