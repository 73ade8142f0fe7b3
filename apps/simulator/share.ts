/**
 * Picks a share of events without chance: `share()(25)` is true at every fourth call. So "25 percent" is exact
 * after a hundred events, and a run can be repeated.
 */
export const share = (): ((percent: number) => boolean) => {
  let owed = 0;
  return (percent) => {
    if (percent <= 0) return false;
    owed += percent;
    if (owed < 100) return false;
    owed -= 100;
    return true;
  };
};
