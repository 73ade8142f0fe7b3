import { endpoints } from "#apps/api/app.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";

/** All calls of the API as data; what they do is not asked for here. */
export const CALLS = endpoints({} as ApiUseCases);
