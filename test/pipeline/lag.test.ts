import { describe } from 'vitest';
import { lagContract } from '../contracts/lag.ts';
import { engineOver } from '../rig/ask-embedded.ts';

describe('the lag of a source in the embedded store', () => {
  lagContract(async (estate) => {
    const engine = await engineOver(estate);
    return { engine, name: (part) => part, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
  });
});
