/** A stack's state as `pulumi stack export` writes it, and the zones that the sandbox is to be started with. */
export interface SeededFleet {
  readonly zones: string[];
  readonly deployment: {
    readonly version: number;
    readonly deployment: {
      resources: { urn: string; type: string; id: string; outputs: Record<string, unknown> }[];
    };
  };
}

export function seedFleet(
  folder: string,
  size: { readonly domains: number; readonly zones: number; readonly unsettled?: number },
): SeededFleet;
