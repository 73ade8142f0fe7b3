import { conversationsContract } from "#test/contracts/conversations.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

conversationsContract("PostgreSQL", createPostgresStorage);
