import API
import Crypto
import Foundation
import TestSupport
import Testing

/// Several phones of one person: listed, named, revoked, lost and replaced.
@Suite struct DeviceTests {
    private func devices(_ client: TestClient) async throws -> [Device] {
        try await client.call(.listDevices).decode(Page<Device>.self).items
    }

    private func nextPhone(
        of person: Identifier,
        _ community: TestCommunity,
        by client: TestClient? = nil
    ) async throws -> TestAnswer {
        let code = try await (client ?? community.administrator).call(
            .createActivationCode,
            ["personId": "\(person)"]
        ).decode(ActivationCode.self).code
        return try await community.administrator.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: .init()),
                deviceName: "volgende"
            )
        )
    }

    @Test func `a resident sees, names and revokes own phones, also the one in hand`() async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let resident = try await community.enrolPerson("Een")
        let other = try await nextPhone(of: resident.person, community).decode(Enrolment.self)
        let both = try await devices(resident.phone)
        #expect(both.map(\.id) == [other.clientId, resident.phone.id])
        #expect(both.map(\.current) == [false, true])
        let named = try await resident.phone.call(
            .nameDevice,
            ["deviceId": "\(other.clientId)"],
            body: DeviceName(name: "tablet")
        ).decode(Device.self)
        #expect(named.name == "tablet" && named.state == .active)
        for id in [other.clientId, resident.phone.id] {
            let revoked = try await resident.phone.call(
                .revokeDevice,
                ["deviceId": "\(id)"],
                body: ClientRevocation(reason: "weg")
            ).decode(Device.self)
            #expect(revoked.state == .revoked && revoked.revocationReason == "weg")
            #expect(revoked.revokedAt != nil)
        }
        let token = try await resident.phone.accessToken()
        _ = try await eventually("the token is refused") {
            let answer = try await resident.phone.bare(
                .listDevices,
                token: token
            )
            return answer.status == 401 ? answer : nil
        }
    }

    @Test func `a person has five phones at most, until one is revoked`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let resident = try await community.enrolPerson("Een")
        for _ in 2...5 {
            #expect(try await nextPhone(of: resident.person, community).status == 201)
        }
        let code = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(resident.person)"]
        ).decode(ActivationCode.self).code
        func enrol() async throws -> TestAnswer {
            try await community.administrator.call(
                .enrol,
                body: EnrolmentRequest(
                    activationCode: code,
                    publicKey: TestClient.publicJWK(of: .init()),
                    deviceName: "zesde"
                )
            )
        }
        #expect(try await enrol().problemType == .tooManyDevices)
        let oldest = try #require(try await devices(resident.phone).first { !$0.current })
        _ = try await resident.phone.call(
            .revokeDevice,
            ["deviceId": "\(oldest.id)"],
            body: ClientRevocation(reason: "oud")
        ).decode(Device.self)
        // The code was not used up.
        #expect(try await enrol().status == 201)
    }

    @Test func `a lost phone is revoked at the counter and the next one has the wallet`()
        async throws
    {
        let community = try await TestCommunity.make()
        let counter = try await community.administrator.register(
            "Balie",
            [.counterEmployee],
            of: community.institution
        )
        let resident = try await community.resident(with: "25.00")
        let person = ["personId": "\(resident.person)"]
        let token = try await resident.phone.accessToken()

        let list = try await counter.call(.listDevicesOfPerson, person).decode(Page<Device>.self)
        let lost = try #require(list.items.first)
        #expect(list.items.count == 1 && lost.id == resident.phone.id && !lost.current)
        let path = person.merging(["deviceId": "\(lost.id)"]) { $1 }
        let reason = ClientRevocation(reason: "verloren, gemeld aan de balie")
        let revoked = try await counter.call(.revokeDeviceOfPerson, path, body: reason)
            .decode(Device.self)
        #expect(revoked.state == .revoked)
        #expect(
            try await counter.call(.revokeDeviceOfPerson, path, body: reason).problemType
                == .clientNotActive
        )
        _ = try await eventually("the token is refused") {
            let answer = try await resident.phone.bare(
                .listWallets,
                token: token
            )
            return answer.status == 401 ? answer : nil
        }
        #expect(
            try await resident.phone.requestToken(assertion: resident.phone.assertion()).status
                == 401
        )

        let code = try await counter.call(.createActivationCode, person)
            .decode(PersonActivationCode.self)
        let (phone, enrolment) = try await community.enrolDevice(code: code.code)
        #expect(enrolment.walletId == resident.wallet)
        let next = TestResident(phone: phone, person: resident.person, wallet: resident.wallet)
        #expect(try await next.available() == "25.00")
        #expect(try await devices(phone).map(\.state) == [.active, .revoked])
    }

    @Test func `a counter revokes nothing but phones of the person that it names`() async throws {
        let community = try await TestCommunity.make()
        let (one, two) = (
            try await community.enrolPerson("Een"), try await community.enrolPerson("Twee")
        )
        let shop = try await community.openShop()
        for client in [two.phone.id, shop.till.id, community.clerk.id] {
            let answer = try await community.administrator.call(
                .revokeDeviceOfPerson,
                ["personId": "\(one.person)", "deviceId": "\(client)"],
                body: ClientRevocation(reason: "fout")
            )
            #expect(answer.problemType == .notFound)
        }
    }
}
