package import Foundation
package import LocalStack

/// Schemas of our own, stricter than the messages: the identification of a message is capital letters, a
/// hyphen and digits, and there are at most two blocks. What is below that is not looked at.
package enum TestSchemas {
    private static let types = ["pain.001.001.03", "pain.001.001.09"]

    /// The schema of a message, such as `pain.001.001.03`.
    package static func text(of type: String) -> String {
        let namespace = "urn:iso:std:iso:20022:tech:xsd:\(type)"
        return """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="\(namespace)"
                       targetNamespace="\(namespace)" elementFormDefault="qualified">
              <xs:element name="Document">
                <xs:complexType><xs:sequence><xs:element name="CstmrCdtTrfInitn">
                  <xs:complexType><xs:sequence>
                    <xs:element name="GrpHdr"><xs:complexType><xs:sequence>
                      <xs:element name="MsgId"><xs:simpleType><xs:restriction base="xs:string">
                        <xs:maxLength value="20"/><xs:pattern value="[A-Z]+-[0-9]+"/>
                      </xs:restriction></xs:simpleType></xs:element>
                      <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
                    </xs:sequence></xs:complexType></xs:element>
                    <xs:element name="PmtInf" maxOccurs="2"><xs:complexType><xs:sequence>
                      <xs:any maxOccurs="unbounded" processContents="skip"/>
                    </xs:sequence></xs:complexType></xs:element>
                  </xs:sequence></xs:complexType>
                </xs:element></xs:sequence></xs:complexType>
              </xs:element>
            </xs:schema>
            """
    }

    /// A new directory with both; whoever made it removes it.
    package static func directory(
        changing change: (String, String) -> String = { $1 }
    ) throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "schemas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for type in types {
            let file = folder.appending(path: "\(type).xsd")
            try change(type, text(of: type)).write(to: file, atomically: true, encoding: .utf8)
        }
        return folder
    }

    /// Another disbursement service, whose operator has put schemas into a directory.
    package static func service(readingFrom folder: URL, beside stack: LocalStack) async throws
        -> ServiceProcess
    {
        try await SecondInstance.start(
            .disbursement,
            of: stack,
            programs: TestStack.programs
        ) { settings in
            var own = settings["disbursement"] as? [String: Any] ?? [:]
            own["schemaDirectory"] = folder.path
            settings["disbursement"] = own
        }
    }
}
