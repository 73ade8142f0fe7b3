/** What the page reads of `/openapi.json`. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly additionalProperties?: Schema | boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

export interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema & { readonly examples?: readonly unknown[] };
}

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
  readonly "x-problems"?: readonly string[];
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface ProblemKind {
  readonly name: string;
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  readonly cause: string;
  readonly remedy: string;
}

export interface Description {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks?: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly "x-problems": readonly ProblemKind[];
}

/** A call, or an event that comes to the application. */
export interface Entry {
  /** The anchor of its section. */
  readonly id: string;
  /** Such as `POST`; `EVENT` for what comes. */
  readonly method: string;
  /** The path, or the type of the event. */
  readonly name: string;
  readonly operation: Operation;
}

export interface Group {
  readonly name: string;
  readonly description: string;
  readonly entries: readonly Entry[];
}

/** The calls by their tags, and the events behind them. */
export const groupsOf = ({ tags, paths, webhooks = {} }: Description): readonly Group[] => {
  const calls = Object.entries(paths).flatMap(([name, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      name,
      operation,
    })),
  );
  const events = Object.entries(webhooks).map(([name, { post }]) => ({
    id: `event-${name}`,
    method: "EVENT",
    name,
    operation: post,
  }));
  const groups = tags.map(({ name, description }) => ({
    name,
    description,
    entries: calls.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const told = { name: "Events", description: "What the application is told of", entries: events };
  return [...groups, told].filter(({ entries }) => entries.length > 0);
};

/** Only entries in which every word occurs. */
export const search = (groups: readonly Group[], query: string): readonly Group[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = ({ method, name, operation }: Entry): boolean => {
    const text = [method, name, operation.operationId, operation.summary, operation.description]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter(holds) }))
    .filter(({ entries }) => entries.length > 0);
};
