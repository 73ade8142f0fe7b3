/** What numbers of a country look like in national writing; rough on purpose: new ranges appear every month. */
export interface NumberingPlan {
  /** The digit dialled before a national number, if any. */
  readonly trunk: string;
  /** First digits with the least and greatest number of digits, without the trunk digit. */
  readonly mobile: readonly Range[];
  readonly other: readonly Range[];
}

type Range = readonly [prefix: string, min: number, max: number];

/** One line a plan: calling code, trunk (`-`: none), mobile ranges, other ranges, each `prefixes:min-max`. */
const LINES = `
1 1 2,3,4,5,6,7,8,9:10
7 8 9:10 3,4,7,8:10
20 0 1:10 2,3,4,5,6,8,9:8-9
27 0 6,7,8:9 1,2,3,4,5:9
30 - 69:10 2:10
31 0 6:9 1,2,3,4,5,7:9 8,9:7-10
32 0 4:9 1,2,3,5,6,7,8,9:8
33 0 6,7:9 1,2,3,4,5,8,9:9
34 - 6,7:9 8,9:9
36 06 20,30,31,50,70:9 1,2,3,4,5,6,7,8,9:8
39 - 3:9-10 0:6-11 8:6-10
40 0 7:9 2,3:9
41 0 7:9 2,3,4,5,6,8,9:9
43 0 6:8-13 1,2,3,4,5,7:8-12
44 0 7:10 1:9-10 2,3:10 8,9:9-10
45 - 2,3,4,5,6,7,8,9:8
46 0 7:9 1,2,3,4,5,6,8,9:7-10
47 - 4,9:8 2,3,5,6,7,8:8
48 - 45,5,6,7,88:9 1,2,3,4,8:9
49 0 15,16,17:10-11 2,3,4,5,6,7,8,9:8-11
51 - 9:9
52 - 1,2,3,4,5,6,7,8,9:10
53 0 5,6:8
54 0 9:11 1,2,3:10
55 0 119,129,139,149,159,169,179,189,199,219,229,249,279,289,319,329,339,349,359,379,389,419,429,439,449,459,469,479,489,499,519,539,549,559,619,629,639,649,659,669,679,689,699,719,739,749,759,779,799,819,829,839,849,859,869,879,889,899,919,929,939,949,959,969,979,989,999:11 1,2,3,4,5,6,7,8,9:10
56 - 9:9 2,3,4,5,6,7:9
57 - 3:10 6:10
58 0 4:10 2:10
60 0 1:9-10 3,4,5,6,7,8,9:8-9
61 0 4:9 2,3,7,8:9
62 0 8:9-12 2,3,4,5,6,7,9:8-11
63 0 9:10 2,3,4,5,6,7,8:8-10
64 0 2:8-10 3,4,6,7,9:8
65 - 8,9:8 3,6:8
66 0 6,8,9:9 2,3,4,5,7:8
81 0 7,8,9:10 1,2,3,4,5,6:9
82 0 1:9-10 2,3,4,5,6:8-10
84 0 3,5,7,8,9:9 2:10
86 0 13,14,15,16,17,18,19:11 2,3,4,5,6,7,8,9:9-11
90 0 5:10 2,3,4:10
91 0 6,7,8,9:10 1,2,3,4,5:10
92 0 3:10 2,4,5,6,7,8,9:9-10
94 0 7:9 1,2,3,4,5,6,8,9:9
98 0 9:10 1,2,3,4,5,6,7,8:10
212 0 6,7:9 5:9
213 0 5,6,7:9 2,3,4:8
216 - 2,4,5,9:8 3,7:8
233 0 2,5:9 3:9
234 0 7,8,9:10 1,2,3,4,5,6:7-8
254 0 7,1:9 2,4,5,6:8-9
255 0 6,7:9
256 0 7:9
351 - 9:9 2,3,8:9
352 - 6:9
353 0 8:9 1,2,4,5,6,7,9:7-9
354 - 6,7,8:7 4,5:7
355 0 6:9
356 - 7,9:8 2:8
357 - 9:8 2:8
358 0 4,5:7-10 1,2,3,6,7,8,9:6-10
359 0 8,9:9
370 0 6:8
371 - 2:8 6:8
372 - 5,8:7-8
375 0 2,3,4:9
380 0 3,5,6,7,9:9 4:9
381 0 6:8-10
385 0 9:8-9
386 0 3,4,5,6,7:8
420 - 6,7:9 2,3,4,5:9
421 0 9:9 2,3,4,5:9
852 - 4,5,6,7,9:8 2,3:8
853 - 6:8
880 0 1:10
886 0 9:9 2,3,4,5,6,7,8:8-9
961 0 3,7,8:7-8
962 0 7:9
965 - 5,6,9:8
966 0 5:9 1:9
968 - 7,9:8
971 0 5:9 2,3,4,6,7,9:8
972 0 5:9 2,3,4,8,9:8
973 - 3,6:8
974 - 3,5,6,7:8
995 0 5:9
`;

const rangesOf = (written: string): readonly Range[] => {
  const [prefixes = "", lengths = ""] = written.split(":");
  const [min = "", max = min] = lengths.split("-");
  return prefixes.split(",").map((prefix): Range => [prefix, Number(min), Number(max)]);
};

export const PLANS: ReadonlyMap<string, NumberingPlan> = new Map(
  LINES.trim()
    .split("\n")
    .map((line): [string, NumberingPlan] => {
      const [code = "", trunk = "", mobile = "", ...other] = line.split(" ");
      return [
        code,
        { trunk: trunk === "-" ? "" : trunk, mobile: rangesOf(mobile), other: other.flatMap(rangesOf) },
      ];
    }),
);

/** How well digits without trunk digit and country code fit a plan. */
export type Fit = "mobile" | "other" | "none";

export const fitOf = (plan: NumberingPlan, national: string): Fit => {
  if (fits(plan.mobile, national)) return "mobile";
  return fits(plan.other, national) ? "other" : "none";
};

const fits = (ranges: readonly Range[], digits: string): boolean => {
  for (const [prefix, min, max] of ranges)
    if (digits.length >= min && digits.length <= max && digits.startsWith(prefix)) return true;
  return false;
};

/** The country calling code with which digits begin: codes are prefix-free (ITU-T E.164 §6.2.1). */
export const callingCodeOf = (digits: string): string | null => {
  for (let length = 1; length <= 3; length += 1)
    if (PLANS.has(digits.slice(0, length))) return digits.slice(0, length);
  return null;
};
