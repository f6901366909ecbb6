package dev.slipway.identity;

import java.util.Comparator;

/**
 * An address that messages can be sent to.
 *
 * @param via email or sms
 */
record Address(String via, String value) {
  static final Comparator<Address> ORDER =
      Comparator.comparing(Address::via).thenComparing(Address::value);

  /** The channel of an address. */
  enum Via implements ApiValue {
    EMAIL,
    SMS
  }
}
