extension Operation {
    /// List own devices.
    package static let listDevices = Operation(
        id: "listDevices",
        method: .get,
        path: "/v1/devices",
        access: .anyOf([.devicesManage])
    )

    /// Name a device.
    package static let nameDevice = Operation(
        id: "nameDevice",
        method: .post,
        path: "/v1/devices/{deviceId}/names",
        access: .anyOf([.devicesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Revoke a device.
    package static let revokeDevice = Operation(
        id: "revokeDevice",
        method: .post,
        path: "/v1/devices/{deviceId}/revocations",
        access: .anyOf([.devicesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the devices of a person.
    package static let listDevicesOfPerson = Operation(
        id: "listDevicesOfPerson",
        method: .get,
        path: "/v1/people/{personId}/devices",
        access: .anyOf([.devicesRevoke])
    )

    /// Revoke a device of a person.
    package static let revokeDeviceOfPerson = Operation(
        id: "revokeDeviceOfPerson",
        method: .post,
        path: "/v1/people/{personId}/devices/{deviceId}/revocations",
        access: .anyOf([.devicesRevoke]),
        body: .json,
        idempotent: true,
        success: 201
    )
}

extension AccountsOperations {
    /// Those of the phones of people.
    static let deviceOperations: [Operation] = [
        .listDevices, .nameDevice, .revokeDevice, .listDevicesOfPerson, .revokeDeviceOfPerson,
    ]
}
