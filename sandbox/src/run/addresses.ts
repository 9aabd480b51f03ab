/** Where the servers listen. */
export interface Addresses {
  readonly ses: string;
  /** With its `/client/v4`. */
  readonly cloudflare: string;
  /** `host:port`. */
  readonly dns: string;
  /** `host:port` of the gRPC providers. */
  readonly providers: { readonly aws: string; readonly cloudflare: string };
}
