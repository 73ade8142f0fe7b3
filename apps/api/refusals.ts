import type { OpeningRefusal } from "#core/domain/opening.ts";
import type { Answer } from "./answers.ts";
import { invalid, problem } from "./problems.ts";

/** How a request speaks of the people concerned: the path of each one's fields (null: not in it), and a word for each. */
export interface Concerned {
  readonly path: string | null;
  readonly who: string;
}

const at = ({ path }: Concerned, field: string): string => (path ? `${path}.${field}` : field);

/** Why two people cannot be joined, as a problem that names nobody's number. */
export const refusalProblem = (refusal: OpeningRefusal, people: readonly [Concerned, Concerned]): Answer => {
  switch (refusal.kind) {
    case "same-number": {
      const second = people[1].path === null ? people[0] : people[1];
      return invalid({ path: at(second, "number"), message: "must not be the other participant's number" });
    }
    case "virtual-number":
      return invalid({
        path: at(people[refusal.person], "number"),
        message: "must not be one of our own virtual numbers",
      });
    case "reveals-number":
      return invalid({
        path: at(people[refusal.person], refusal.field),
        message: "must not contain the participant's real number where the other one reads it",
      });
    case "opted-out":
      return problem("opted-out", `${people[refusal.person].who} wants no texts from us`);
    case "blocked":
      return problem("opted-out", "One of the two participants has blocked the other");
    case "pool-exhausted":
      return problem(
        "pool-exhausted",
        `No virtual number in ${refusal.country} is free for ${people[refusal.person].who}`,
      );
  }
};
