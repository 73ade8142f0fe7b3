/** Where the time of an answer goes, in seconds. */
interface Observer {
  observe(labels: { readonly link: string }, seconds: number): void;
}

/** Hands the times of answers to whoever gathers metrics; until somebody does, they are dropped. */
export interface AnswerTimes {
  readonly submitted: (link: string, ms: number) => void;
  readonly delivered: (link: string, ms: number) => void;
  readonly listen: (observers: { readonly submit: Observer; readonly deliver: Observer }) => void;
}

export const createAnswerTimes = (): AnswerTimes => {
  let submit: Observer | null = null;
  let deliver: Observer | null = null;
  return {
    submitted: (link, ms) => submit?.observe({ link }, ms / 1_000),
    delivered: (link, ms) => deliver?.observe({ link }, ms / 1_000),
    listen: (observers) => {
      submit = observers.submit;
      deliver = observers.deliver;
    },
  };
};
