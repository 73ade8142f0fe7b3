/** The account-wide webhook addresses; a number's or a message's own goes before them. */
export interface AccountUrls {
  readonly inbound: () => string | undefined;
  readonly status: () => string | undefined;
  /** What is not given stays; an empty address is none. */
  readonly set: (urls: { readonly inboundUrl?: string; readonly statusUrl?: string }) => void;
}

export const accountUrls = (inboundUrl: string | undefined, statusUrl: string | undefined): AccountUrls => {
  let inbound = checked(inboundUrl);
  let status = checked(statusUrl);
  return {
    inbound: () => inbound,
    status: () => status,
    set: (urls) => {
      if (urls.inboundUrl !== undefined) inbound = checked(urls.inboundUrl);
      if (urls.statusUrl !== undefined) status = checked(urls.statusUrl);
    },
  };
};

/** Only addresses that can be called. */
export const isWebhookUrl = (url: string): boolean => {
  const parsed = URL.parse(url);
  return parsed?.protocol === "http:" || parsed?.protocol === "https:";
};

const checked = (url: string | undefined): string | undefined => {
  if (url === undefined || url === "") return undefined;
  if (isWebhookUrl(url)) return url;
  throw new Error(`Cannot send webhooks to "${url}": it is not an http or https address`);
};
