interface Instance<C> {
  readonly connection: C;
  readonly cancel: AbortController;
}

/**
 * The configured instances of one provider. An engine opens one gRPC connection for each provider resource, the default
 * ones included, and sends `Configure` over it once; later requests carry nothing that names the provider resource. With
 * a provider it started itself each has its own process; with an attached one (`PULUMI_DEBUG_PROVIDERS`) they all reach
 * the same port, so only the connection, known by its peer address, tells them apart. A gRPC-JS client that serves
 * several provider resources must therefore open one connection each (`"grpc.use_local_subchannel_pool": 1`).
 */
export class Instances<C> {
  readonly #byPeer = new Map<string, Instance<C>>();

  set(peer: string, connection: C, cancel: AbortController): void {
    this.#byPeer.set(peer, { connection, cancel });
  }

  /** Forgets what an earlier connection from the same address had configured. */
  reset(peer: string): void {
    this.#byPeer.delete(peer);
  }

  /** The connection to the service, or an error when this peer has not sent `Configure`. */
  connection(peer: string): C {
    const instance = this.#byPeer.get(peer);
    if (!instance) throw new Error("the provider has not been configured: Configure comes first");
    return instance.connection;
  }

  cancel(peer: string): void {
    this.#byPeer.get(peer)?.cancel.abort(new Error("the operation was cancelled"));
  }

  cancelAll(): void {
    for (const instance of this.#byPeer.values())
      instance.cancel.abort(new Error("the provider is shutting down"));
  }
}
