import type { Cause, Checker, Conclusion, Invariant, Proof, Violation } from './check.ts'
import type { Recorder, SimulatedClient } from './client.ts'
import type { FaultStep } from './fault.ts'
import type { Json, JsonObject } from './json.ts'
import type { PlannedClient } from './plan.ts'
import type { TargetDeclaration, Visibility } from './scenario.ts'
import type { Sharing } from './sharing.ts'
import type { TranscriptRules } from './transcript.ts'

/** One kind of server and its clients. Engine and systems meet only here; the outside imports only a system's index. */
export interface System<Params = unknown, Settings = unknown> {
  readonly name: string
  /** One line for `mcsim --help`. */
  readonly summary: string
  /** What a group of a scenario may say in `params`. */
  readonly params: Schema<Params>
  /** What a scenario may say of the reference server in `settings`. */
  readonly settings: Schema<Settings>
  /** Protocol prefixes that a foreign target's URL may have, such as `tcp:`. */
  readonly urlProtocols: readonly string[]
  readonly invariants: readonly Invariant[]
  readonly defects: readonly Defect[]
  /** Loads the code of the clients, with the libraries behind it: only threads that carry load need it. */
  loadClients(): Promise<ClientCode<Params>>
  /** One checker per invariant that applies to this client. */
  createCheckers(client: PlannedClient<Params>, sharing?: Sharing): readonly Checker[]
  /**
   * Names whose data explain a violation that carries no marker. Runs once at the end, over what was merged; may
   * derive the others' data anew from the plan. `clients` are all of the target that send data, the recipient among
   * them. Undefined where nothing can be said.
   */
  findCause?(violation: Violation, clients: readonly PlannedClient<Params>[]): Promise<Cause | undefined>
  /**
   * Channels of deliveries whose visibility a scenario may declare, with what holds where it does not. What their events
   * carry must have the markers of others' data in it, so that it can be told that they came this way.
   */
  readonly channels?: Readonly<Record<string, Visibility>>
  /** Whether the data of a group's clients carry markers; where not, only their values tell whose they are. */
  carriesMarkers?(params: Params): boolean
  /** Clients with the same text send the same data unmarked. Undefined: what this client sends is its own alone. */
  identifyData?(client: PlannedClient<Params>): string | undefined
  /** Identities that a group's params fix for its clients, each with its place within the params. */
  fixedIdentities?(params: Params): readonly FixedIdentity[]
  /** Clients with the same text use the same keys, on which a server might mix them up. Undefined: all keys differ. */
  identifyKeys?(client: PlannedClient<Params>): string | undefined
  /** Whether a leak between two clients could be seen at all; sampled before a run (ORACLE §3). */
  compareData?(one: PlannedClient<Params>, other: PlannedClient<Params>): Promise<DataComparison>
  /** How what a client was told alone is compared with what it was told in company; absent: it is not. */
  readonly transcript?: TranscriptRules<Params>
  /**
   * Judges what a server told of itself (`GET /stats` of its status port) before the first client came and after the
   * last has left; null where it told nothing. `clients` are all that were planned for it, witnesses included. Asked
   * again until nothing is violated or a time limit is over.
   */
  inspectTarget?(before: Json, after: Json, clients: readonly PlannedClient<Params>[]): readonly TargetInspection[]
  /**
   * How a client's params change for it to take a step of a scenario's `faults`; all that judges it sees the changed ones
   * as well. A text says why clients with these params cannot; undefined: no client of this system can. A client may take
   * several: what one has changed must not keep it from another.
   */
  takeStep?(step: FaultStep, params: Params): Params | string | undefined
  /** Problems that only group and target settings together show; the path is within the group. */
  validateGroup?(group: GroupFacts<Params, Settings>): readonly Problem[]
  startTarget(options: TargetOptions<Settings>): Promise<RunningTarget>
  readonly trial: Trial
  /** Numeric parameters that say how much a client does: a scenario with smaller ones is a smaller one. */
  readonly sizes?: readonly string[]
  readonly commands: readonly SystemCommand[]
}

/** For `takeStep`: the steps that a system has. */
export type FaultSteps<Params> = Partial<Readonly<Record<FaultStep, (params: Params) => Params | string>>>

export interface FixedIdentity {
  readonly identity: string
  readonly path: Problem['path']
}

/** What came of one invariant of a whole server, which no single client can judge. */
export interface TargetInspection {
  readonly invariant: Invariant
  readonly conclusion: Conclusion
}

export interface GroupFacts<Params, Settings> {
  readonly params: Params
  readonly target: TargetDeclaration
  readonly loadModel: 'closed' | 'open'
  /** Undefined for a foreign target. */
  readonly settings: Settings | undefined
}

export interface ClientContext<Params = unknown> extends PlannedClient<Params> {
  readonly target: TargetAddress
  readonly recorder: Recorder
}

export interface ClientCode<Params = unknown> {
  createClient(context: ClientContext<Params>): SimulatedClient
}

export interface DataComparison {
  /** The two expect different answers. */
  readonly distinct: boolean
  /** Adding any one batch of the other changes an answer. */
  readonly sensitive: boolean
}

/** Structural, so that core needs no validator. All problems at once, each with its path. */
export interface Schema<T> {
  parse(input: unknown): { readonly value: T } | { readonly problems: readonly Problem[] }
  /** JSON Schema of the accepted input, for editors and docs. */
  jsonSchema(): JsonObject
}

export interface Problem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
  /** For an unknown key, so that the caller can point at the key and not at its value; `path` leads to its object. */
  readonly unknownKey?: string
  /** The keys or values that would have been accepted, for "did you mean". */
  readonly accepted?: readonly string[]
}

/** A way in which a real server leaked, planted in the reference server. */
export interface Defect {
  readonly name: string
  readonly sentence: string
  /** Invariants of which each must turn red. */
  readonly mustRed: readonly string[]
  /** Consequences that it cannot avoid. Anything else red is a false alarm. */
  readonly mayRed: readonly string[]
  /** Under what it shows. */
  readonly provoke?: Provocation
  /** Whom the findings name as the cause, and how surely; absent where nobody can be named. */
  readonly blame?: Blame
}

export interface Blame {
  readonly proof: Proof
  /** Whose doing or data it is: that of a neighbour, or that of the recipient. */
  readonly on: 'another' | 'itself'
}

/** What a scenario says beyond that of the system's trial; merged over it key by key. */
export interface Provocation {
  /** Of the group whose clients work. */
  readonly params?: JsonObject
  readonly load?: JsonObject
  readonly startAfter?: string
  /** Of the reference server. */
  readonly settings?: JsonObject
  /** What the run does to the connections of its clients. */
  readonly faults?: readonly JsonObject[]
}

/**
 * How the reference server of a system is tried, in the tests and by `mcsim self-test`: with each of its defects it must
 * be found out, and without one it must be found faultless.
 */
export interface Trial {
  /** A scenario document, as it would stand in a YAML file, whose targets are all reference servers of this system. */
  createScenario(provoke: Provocation): JsonObject
  /** The scenario's first groups: those whose clients have data, and may be the owners of what goes astray. */
  readonly active: readonly string[]
  /** What a server without a defect must stand, by name. */
  readonly clean: Readonly<Record<string, Provocation>>
}

export interface TargetOptions<Settings = unknown> {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Port of the operator's status server; 0: any free port. */
  readonly statusPort: number
  readonly settings: Settings
  /** Names of those to plant; at most a few. */
  readonly defects: readonly string[]
  /** Share of occasions on which each of them acts, 0…1. */
  readonly defectRate: number
  /** Seed of the defects' own random choices. */
  readonly seed: number
  /** Structured log lines; absent: silent. */
  readonly log?: (line: string) => void
}

export interface TargetAddress {
  readonly url: string
  readonly statusUrl?: string
  readonly resultsDir?: string
}

export interface RunningTarget extends TargetAddress {
  stop(): Promise<void>
}

/** A command line that a system brings along; commander itself stays in `cli/`. */
export interface SystemCommand {
  /** `['gateway']` is `mcsim gateway`, `['serve', 'worker']` is `mcsim serve worker`. */
  readonly path: readonly string[]
  readonly summary: string
  readonly options: readonly CommandOption[]
  readonly examples: readonly string[]
  /** A scenario document, as it would stand in a YAML file; validated like one and run with the options of `run`. */
  toScenario?(options: JsonObject): JsonObject
  /** Returns the exit code. */
  run?(options: JsonObject, io: CommandIo): Promise<number>
}

export interface CommandOption {
  /** commander's spelling: `--rows <n>`, `--no-stamp`. */
  readonly flags: string
  readonly description: string
  readonly type?: 'string' | 'integer' | 'number' | 'duration'
  readonly choices?: readonly string[]
  readonly required?: boolean
  readonly default?: string | number | boolean
}

export interface CommandIo {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Aborted by the first Ctrl-C or SIGTERM, and for a child when its stdin closes. */
  readonly signal: AbortSignal
}
