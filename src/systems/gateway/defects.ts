import type { Defect } from '../../core/system.ts'
import type { DefectName } from './target/defect-name.ts'

interface GatewayDefect extends Defect {
  readonly name: DefectName
}

/**
 * All were seen in real servers of this kind. `provoke` holds what a group needs for the defect to show: `params`, `load`
 * and `startAfter`, and the server's `settings`.
 */
export const gatewayDefects: readonly GatewayDefect[] = [
  {
    name: 'misrouted-results',
    sentence: 'Results go to the client that connected last.',
    mustRed: ['ownership', 'results-complete'],
    mayRed: ['results-own', 'results-exact', 'no-early-results', 'witness-silent'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'competing-result-consumers',
    sentence: 'All sessions consume one queue of results and drop those of others.',
    mustRed: ['results-complete'],
    mayRed: ['results-exact'],
  },
  {
    name: 'shared-connection',
    sentence: 'The results of all sessions go over the connection that was the first to need one.',
    mustRed: ['results-own', 'ownership', 'results-complete'],
    mayRed: ['results-exact', 'no-early-results'],
    // The first client has to be there until another one's results come.
    provoke: { params: { resultsIdleLimit: '3s' } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'global-eof-counter',
    sentence: 'EOFs of all sessions are counted together, and never anew.',
    mustRed: ['unaffected-by-neighbours'],
    mayRed: ['no-early-results', 'results-exact', 'results-complete'],
    provoke: { params: { dependable: true } },
  },
  {
    name: 'eof-overtakes-data',
    sentence: 'An EOF ends a kind while a sibling worker still holds rows of it.',
    mustRed: ['results-exact'],
    mayRed: ['results-complete'],
    provoke: { params: { rows: 4000, batchRows: 1000 } },
  },
  {
    name: 'shared-menu',
    sentence: 'The names of the first menu are used for all.',
    mustRed: ['results-own', 'ownership', 'results-exact'],
    mayRed: [],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'shared-aggregate',
    sentence: 'Sums are not kept by client.',
    mustRed: ['results-exact'],
    mayRed: [],
    provoke: { params: { cohort: 'colliding' }, load: { clients: 2 } },
    blame: { proof: 'unique-difference', on: 'another' },
  },
  {
    name: 'mixed-chunks',
    sentence: 'Rows that wait for more are kept by kind and not by client.',
    mustRed: ['results-own', 'ownership', 'results-exact'],
    mayRed: [],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'delimiter-injection',
    sentence: 'A semicolon in a name moves the batch to another session.',
    mustRed: ['results-complete'],
    mayRed: ['results-own', 'ownership', 'results-exact'],
  },
  {
    name: 'disconnect-as-eof',
    sentence: 'An upload that broke off is finished as if it were complete.',
    mustRed: ['no-early-results'],
    mayRed: ['results-own', 'ownership', 'results-exact', 'results-complete', 'witness-silent'],
    provoke: { params: { leaveAt: 0.5 } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'reused-session-id',
    sentence: 'Session ids are short, and every second one is given again.',
    mustRed: ['results-own', 'ownership', 'results-complete'],
    mayRed: ['results-exact', 'no-early-results', 'witness-silent'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'late-results-to-next-client',
    sentence: 'The last results of a session are sent to the client after it.',
    mustRed: ['results-own', 'ownership'],
    mayRed: ['results-exact', 'results-complete'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'duplicate-on-redelivery',
    sentence: 'A chunk that is delivered again counts again.',
    mustRed: ['results-exact'],
    mayRed: [],
    blame: { proof: 'unique-difference', on: 'itself' },
  },
  {
    name: 'lost-chunk',
    sentence: 'A chunk is acknowledged before it was passed on.',
    mustRed: ['results-complete'],
    mayRed: [],
  },
  {
    name: 'double-answer',
    sentence: 'A repeated EOF is answered twice, and all answers after it are shifted by one.',
    mustRed: ['answers-paired'],
    mayRed: [],
    provoke: { params: { duplicateEnd: true } },
  },
  {
    name: 'empty-query-never-reported',
    sentence: 'A query that found nothing is not answered at all.',
    mustRed: ['results-complete'],
    mayRed: [],
    provoke: { params: { rows: 1 } },
  },
  {
    name: 'leaked-sessions',
    sentence: 'What a session held is not freed at its end.',
    mustRed: ['resources-freed'],
    mayRed: [],
  },
  {
    name: 'context-across-await',
    sentence: 'The current session is a variable that is set before an await and read after it.',
    mustRed: ['results-own', 'ownership', 'results-complete'],
    mayRed: ['results-exact'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'buffer-bleed',
    sentence: 'An ERROR is sent with what the last text left in the buffer.',
    mustRed: ['ownership', 'no-stray-bytes'],
    mayRed: ['answers-paired'],
    provoke: { params: { malformedAt: 0.5, malformedIterations: 3 }, load: { iterations: 3, reconnect: true } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'unscoped-dedup',
    sentence: 'Chunks are known by kind and number, whoever sent them.',
    mustRed: ['results-exact'],
    mayRed: [],
    blame: { proof: 'unique-difference', on: 'itself' },
  },
  {
    name: 'recycled-handle',
    sentence: 'What a connection still had to send is sent to the next one in its place.',
    mustRed: ['results-own', 'witness-silent'],
    mayRed: ['no-early-results'],
    provoke: { load: { iterations: 2, reconnect: true } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'id-wraparound',
    sentence: 'Sessions are numbered in 8 bits: the 257th is taken for the first.',
    mustRed: ['ownership', 'witness-silent', 'results-complete'],
    mayRed: [],
    provoke: { params: { rows: 30 }, load: { clients: 9, iterations: 30 }, startAfter: '300ms' },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'slot-exhaustion',
    sentence: 'Clients that broke the rules keep their slot for ever.',
    mustRed: ['unaffected-by-neighbours'],
    mayRed: [],
    provoke: {
      params: { malformedAt: 0.5, malformedIterations: 3, dependable: true },
      load: { iterations: 3, reconnect: true },
      settings: { maxClients: 10 },
    },
  },
  {
    name: 'rare-misroute',
    sentence: 'One row of query 1 in 10 000 takes its part of the results to another client.',
    mustRed: ['ownership', 'results-exact'],
    mayRed: ['results-own', 'results-complete', 'no-early-results', 'witness-silent'],
    provoke: { params: { rows: 20_000, batchRows: 2000 } },
    blame: { proof: 'marker', on: 'another' },
  },
]
