import type { State } from '../state.ts';
import { type Answer, jsonAnswer } from '../wire.ts';

/** Every error code of accounting:documents with DATEV's technical name and its status (cloud.md B.2). */
const CODES = {
  DCO01001: { status: 400, fault: 'InvalidResourceModificationFault' },
  DCO01004: { status: 400, fault: 'MultipartUploadFault' },
  DCO01005: { status: 403, fault: 'ScopeFault' },
  DCO01008: { status: 400, fault: 'InvalidMessageBodyFault' },
  DCO01009: { status: 400, fault: 'InvalidAccountingBasicDataFault' },
  DCO01010: { status: 400, fault: 'InvalidDocumentTypeFault' },
  DCO01012: { status: 409, fault: 'KeyConflictFault' },
  DCO01013: { status: 403, fault: 'AuthentificationTypeFault' },
  DCO01015: { status: 400, fault: 'UnsupportedFileTypeFault' },
  DCO01016: { status: 400, fault: 'FileSizeFault' },
  DCO01017: { status: 400, fault: 'MissingMandatoryParameterFault' },
  DCO01018: { status: 400, fault: 'MissingMandatoryHeaderFault' },
  DCO01019: { status: 400, fault: 'NoValidBelegeBestandFault' },
  DCO01020: { status: 503, fault: 'ServiceNotAvailableFault' },
  DCO01127: { status: 400, fault: 'FileCountFault' },
  DCO01215: { status: 400, fault: 'UnsupportedFileTypeDuoNextFault' },
  DCO01216: { status: 400, fault: 'FileSizeDuoNextFault' },
  DCO01217: { status: 400, fault: 'MetadataParsingFault' },
  DCO01218: { status: 400, fault: 'UploadClientParsingFault' },
  DCO01219: { status: 400, fault: 'ContentTypeDoesNotMatchFileExtensionFault' },
  DCO01220: { status: 400, fault: 'FilesParameterIsMissingFault' },
  DCO01222: { status: 400, fault: 'FileNameTooLongFault' },
  DCO01223: { status: 400, fault: 'PropertyNoteTooLongFault' },
  DCO01224: { status: 400, fault: 'PropertyCategoryNameTooLongFault' },
  DCO01225: { status: 400, fault: 'PropertyFolderNameTooLongFault' },
  DCO01226: { status: 400, fault: 'PropertyRegisterNameTooLongFault' },
  DCO01227: { status: 400, fault: 'PropertyDocumentTypeTooLongFault' },
  DCO01228: { status: 400, fault: 'PropertyClientNameTooLongFault' },
  DCO01229: { status: 400, fault: 'PropertyClientVersionTooLongFault' },
  DCO01230: { status: 400, fault: 'PropertyClientIdTooLongFault' },
  DCO01231: { status: 400, fault: 'UploadIsNotSupportedFault' },
  DCO01232: { status: 400, fault: 'MultipleFilesUploadIsNotSupportedFault' },
  DCO01233: { status: 400, fault: 'DataNameIsMissingFault' },
  DCO01234: { status: 400, fault: 'WrongUuidFormatFault' },
  DCO01240: { status: 400, fault: 'PropertyUploadMediumTooLongFault' },
  DCO01241: { status: 400, fault: 'PropertyIssuerNameTooLongFault' },
  DCO01242: { status: 400, fault: 'PropertyRequestIdTooLongFault' },
  DCO01243: { status: 400, fault: 'VirusInFileFoundFault' },
  DCO01245: { status: 400, fault: 'PdfNotParseableFault' },
  DCO01246: { status: 400, fault: 'MergeFailedSignedDocFault' },
  DCO01247: { status: 400, fault: 'MergeFailedSecuredDocFault' },
  DCO01248: { status: 400, fault: 'MergeFailedXmlDocFault' },
  DCO01249: { status: 400, fault: 'MergeFailedPdfaDocFault' },
  DCO01250: { status: 400, fault: 'MergeFailedZugferdDocFault' },
  DCO01251: { status: 400, fault: 'MergeFailedGivenFilerefNotSupportedFault' },
  DCO01252: { status: 400, fault: 'FilenameIsRequiredFault' },
  DCO01253: { status: 400, fault: 'DuplicateFileFault' },
  DCO01300: { status: 400, fault: 'IsNeuePersonalakteFault' },
} as const;

export type DocumentCode = keyof typeof CODES;

export const DOCUMENT_CODES: readonly string[] = Object.keys(CODES);

export function isDocumentCode(code: string): code is DocumentCode {
  return Object.hasOwn(CODES, code);
}

/** Error body of accounting:documents. The status is the code's own unless another is documented too (DCO01020 with 400). */
export function documentError(state: State, code: DocumentCode, status?: number): Answer {
  const { fault, status: usual } = CODES[code];
  return jsonAnswer(status ?? usual, {
    error: `#${code}`,
    error_description: `restapi.${fault}`,
    error_uri: `https://apps.datev.de/knowledge/help/search?q=${code}`,
    request_id: requestId(state),
  });
}

/** 403 and 404 about a client carry nothing but a request id. */
export function bareError(state: State, status: number): Answer {
  return jsonAnswer(status, { request_id: requestId(state) });
}

function requestId(state: State): string {
  return state.ids.guid().toLowerCase();
}
