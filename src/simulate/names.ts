/** Given names and family names of people who do not exist, from several languages, without accents. */
export const GIVEN: readonly string[] =
  'ana bo carl dina elif finn greta hugo ines jonas karin lars mira nils olga pia ravi sara tom una vera wim yuki zoe'.split(
    ' ',
  );
export const FAMILY: readonly string[] =
  'adler berg costa dahl engel falk gomez holm ito jensen kaya lind moreau novak olsen park rossi silva tanaka weber'.split(
    ' ',
  );

/** Halves of invented names of services; all of them lie below `.example`, which is nobody's (RFC 2606). */
export const FRONTS: readonly string[] =
  'amber birch cedar delta ember fjord grain harbor inlet jade kelp lumen maple north opal plume quartz ridge slate tidal'.split(
    ' ',
  );
export const BACKS: readonly string[] =
  'base board cast desk field forge gate grid hub lane loop mart mill path press shelf stack store wave yard'.split(
    ' ',
  );
