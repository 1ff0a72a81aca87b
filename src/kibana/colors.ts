/** One colour for one meaning on every panel; those of the report on a light ground. */
export const COLORS = {
  critical: '#a4133c',
  high: '#d1495b',
  medium: '#c47f17',
  low: '#5d7fa3',
  good: '#2c7a4b',
  plain: '#0b62b8',
  soft: '#8a94a0',
} as const;
