/** What can keep the embedded PostgreSQL from starting; each is for a person to read and act on. */
export type EmbeddedPostgresFailure =
  | { readonly kind: "binaries-missing"; readonly platform: string; readonly detail: string }
  | { readonly kind: "no-access"; readonly path: string; readonly detail: string }
  | { readonly kind: "not-a-data-folder"; readonly path: string }
  | {
      readonly kind: "other-version";
      readonly path: string;
      readonly found: string;
      readonly expected: string;
    }
  | { readonly kind: "in-use"; readonly path: string; readonly pid: number }
  | { readonly kind: "left-over-stays"; readonly path: string; readonly pid: number }
  | { readonly kind: "port-taken"; readonly port: number }
  | { readonly kind: "did-not-start"; readonly detail: string; readonly logFile: string };

/** One line that says what is wrong and what to do about it. */
export const describeEmbeddedPostgresFailure = (failure: EmbeddedPostgresFailure): string => {
  switch (failure.kind) {
    case "binaries-missing":
      return `Cannot start the embedded PostgreSQL: no working binaries for ${failure.platform} (${failure.detail}); set DATABASE_URL instead`;
    case "no-access":
      return `Cannot start the embedded PostgreSQL: no access to ${failure.path} (${failure.detail})`;
    case "not-a-data-folder":
      return `Cannot start the embedded PostgreSQL: ${failure.path} is not empty and holds no PostgreSQL data; set DATA_DIR to another folder`;
    case "other-version":
      return `Cannot start the embedded PostgreSQL: ${failure.path} was made by PostgreSQL ${failure.found}, and this is PostgreSQL ${failure.expected}; set DATA_DIR to another folder or move that one away`;
    case "in-use":
      return `Cannot start the embedded PostgreSQL: ${failure.path} is already in use by process ${failure.pid}`;
    case "left-over-stays":
      return `Cannot start the embedded PostgreSQL: the one left running in ${failure.path} (process ${failure.pid}) does not stop`;
    case "port-taken":
      return `Cannot start the embedded PostgreSQL: port ${failure.port} of 127.0.0.1 is taken`;
    case "did-not-start":
      return `Cannot start the embedded PostgreSQL: ${failure.detail} (more in ${failure.logFile})`;
  }
};
