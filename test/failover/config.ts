interface MemberConfig {
  readonly name: string;
  /** Where PostgreSQL and Patroni listen themselves. */
  readonly postgres: number;
  readonly rest: number;
  /** Where others reach them. */
  readonly postgresWire: number;
  readonly restWire: number;
  readonly dataDir: string;
  readonly folder: string;
  /** Where etcd is for this member. */
  readonly etcdPorts: readonly number[];
  readonly binDir: string;
  readonly synchronous: boolean;
}

/**
 * As `docs/operations.md` has it: `synchronous_mode`, without which a text that was acknowledged can be lost. `ttl` is the
 * shortest that Patroni takes; `retry_timeout` is as long as goes with it, or a busy machine gives the primary up by itself. `use_proxies`: etcd is asked where it is said to be, and not where it says that it is.
 */
export const patroniConfig = (member: MemberConfig): string => `
scope: sms-proxy
name: ${member.name}
restapi: {listen: "127.0.0.1:${member.rest}", connect_address: "127.0.0.1:${member.restWire}"}
etcd3: {hosts: "${member.etcdPorts.map((port) => `127.0.0.1:${port}`).join(",")}", use_proxies: true}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 8
    maximum_lag_on_failover: 1048576
    synchronous_mode: ${member.synchronous}
    postgresql:
      use_pg_rewind: true
      parameters: {max_connections: 100, wal_level: replica, max_wal_senders: 8, max_wal_size: 96MB, min_wal_size: 48MB, shared_buffers: 64MB}
  initdb: [{encoding: UTF8}, data-checksums]
postgresql:
  listen: "127.0.0.1:${member.postgres}"
  connect_address: "127.0.0.1:${member.postgresWire}"
  data_dir: "${member.dataDir}"
  bin_dir: "${member.binDir}"
  pgpass: "${member.folder}/${member.name}.pgpass"
  authentication:
    superuser: {username: postgres, password: failover}
    replication: {username: replicator, password: failover}
  parameters: {unix_socket_directories: "${member.folder}"}
  pg_hba:
    - local all all trust
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
`;

/** A member as HAProxy reaches it. */
interface Place {
  readonly name: string;
  readonly postgres: number;
  readonly rest: number;
}

/** Connections to one that is the primary no more are cut, so that nobody waits at a machine that is gone. */
export const haproxyConfig = (front: number, places: readonly Place[]): string => `
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 2s
listen primary
  bind 127.0.0.1:${front}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${places.map(({ name, postgres, rest }) => `  server ${name} 127.0.0.1:${postgres} check port ${rest}`).join("\n")}
`;
