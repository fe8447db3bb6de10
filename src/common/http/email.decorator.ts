import { isEmail, registerDecorator } from 'class-validator';

/** An e-mail address. Half a surrogate pair is refused first: class-validator's own check throws on it. */
export function isEmailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && isEmail(value);
}

/** The field of a request is an e-mail address. */
export function IsEmailAddress(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isEmailAddress',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: `${String(propertyName)} must be an e-mail address` },
      validator: {
        validate: isEmailAddress,
      },
    });
  };
}
