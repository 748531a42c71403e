// SPDX-License-Identifier: GPL-3.0-or-later
// A throw-away certificate and key, made for these tests only.
#pragma once

inline constexpr char kTestCertificate[] = R"(-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUOA1IeAmYPHhAWIOnkFfMgsxlp/4wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQcXVhcnRlcmRlY2stdGVzdDAgFw0yNjExMjgxMDE5NDdaGA8y
MTI2MTEwNDEwMTk0N1owGzEZMBcGA1UEAwwQcXVhcnRlcmRlY2stdGVzdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABOElttM572+05bvk9mfoqXbyrxUgzM3Oic/d
lCuHzJHneEwxM4XEzN2jnhlNuKJSrRfbatijZyQUl+sSnr+rDECjUzBRMB0GA1Ud
DgQWBBTyvRgxHASHS+dIrxdAeJeUqiXSwTAfBgNVHSMEGDAWgBTyvRgxHASHS+dI
rxdAeJeUqiXSwTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIH1/
KfLDwOMtmRUirqv3HgErkkAiuN0q634ArSCT+8YPAiEA3V4TeObqyjSasfTk58Xy
BYnIFKvGMB53AZs3cxbpGjc=
-----END CERTIFICATE-----
)";
inline constexpr char kTestKey[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/hpQiptOXDUU9dWL
b5lF/2ZA4PB8wdgPmlZJPYQ2W4yhRANCAAThJbbTOe9vtOW75PZn6Kl28q8VIMzN
zonP3ZQrh8yR53hMMTOFxMzdo54ZTbiiUq0X22rYo2ckFJfrEp6/qwxA
-----END PRIVATE KEY-----
)";
