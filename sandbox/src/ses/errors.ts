/** An error answer of the API: its type goes into `x-amzn-errortype`, its message into the body. */
export class SesError extends Error {
  constructor(
    readonly type: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new SesError("BadRequestException", 400, message);
export const notFound = (message: string) => new SesError("NotFoundException", 404, message);
export const alreadyExists = (message: string) => new SesError("AlreadyExistsException", 400, message);
export const limitExceeded = (message: string) => new SesError("LimitExceededException", 400, message);
export const invalidNextToken = () =>
  new SesError("InvalidNextTokenException", 400, "The specified token is invalid.");
export const tooManyRequests = () => new SesError("TooManyRequestsException", 429, "Rate exceeded");
export const serialization = (message: string) => new SesError("SerializationException", 400, message);
export const unknownOperation = () =>
  new SesError("UnknownOperationException", 404, "The requested operation is not known to this service.");
export const internal = (message: string) => new SesError("InternalServiceErrorException", 500, message);
