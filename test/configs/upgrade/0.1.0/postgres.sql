

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.audit_events_never_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$;

CREATE FUNCTION public.latchkey_invalidate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    DECLARE
      gone boolean := TG_OP = 'DELETE';
      payload text;
    BEGIN
      IF TG_TABLE_NAME = 'Sessions' THEN
        IF gone THEN
          IF OLD."endedAt" IS NOT NULL OR OLD."expires" < now() THEN RETURN NULL; END IF;
          payload := 'session:' || OLD."publicId";
        ELSE
          IF OLD."endedAt" IS NOT DISTINCT FROM NEW."endedAt" AND OLD."version" = NEW."version" AND OLD."sid" = NEW."sid"
            AND OLD."renew" = NEW."renew" AND NEW."expires" >= OLD."expires" THEN RETURN NULL; END IF;
          payload := 'session:' || NEW."publicId";
        END IF;
      ELSIF TG_TABLE_NAME = 'Users' THEN
        payload := 'user:' || OLD."id";
      ELSIF TG_TABLE_NAME = 'UserRoles' THEN
        payload := 'user:' || CASE WHEN gone THEN OLD."userId" ELSE NEW."userId" END;
      ELSE
        payload := 'everything';
      END IF;
      PERFORM pg_notify('latchkey_invalidation', payload);
      RETURN NULL;
    END $$;

CREATE FUNCTION public.latchkey_invalidate_keys() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('latchkey_invalidation', 'keys');
        RETURN NULL;
      END $$;

CREATE FUNCTION public.latchkey_invalidate_token() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('latchkey_invalidation', 'token:' || OLD."id");
        RETURN NULL;
      END $$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public."ApiTokens" (
    id character varying(16) NOT NULL,
    "userId" uuid NOT NULL,
    "tokenHash" character varying(64) NOT NULL,
    name character varying(100) NOT NULL,
    scopes json NOT NULL,
    expires timestamp with time zone NOT NULL,
    "lastUsedAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."AuditAnchors" (
    id integer NOT NULL,
    seq bigint NOT NULL,
    hash character varying(44) NOT NULL,
    mac character varying(44) NOT NULL,
    "keyId" character varying(8) NOT NULL
);

CREATE TABLE public."AuditEvents" (
    seq bigint NOT NULL,
    at character varying(24) NOT NULL,
    event character varying(48) NOT NULL,
    "actorId" uuid,
    "userId" uuid,
    "sessionId" uuid,
    address character varying(45),
    "userAgent" character varying(255),
    "requestId" uuid,
    details text NOT NULL,
    "previousHash" character varying(44) NOT NULL,
    hash character varying(44) NOT NULL,
    "keyId" character varying(8) NOT NULL
);

CREATE TABLE public."AuditHeads" (
    id integer NOT NULL,
    seq bigint NOT NULL,
    hash character varying(44) NOT NULL,
    mac character varying(44) NOT NULL,
    "keyId" character varying(8) NOT NULL
);

CREATE TABLE public."AuthenticatorFailures" (
    "userId" uuid NOT NULL,
    authenticator character varying(24) NOT NULL,
    failures integer NOT NULL,
    "waitUntil" timestamp with time zone
);

CREATE TABLE public."Challenges" (
    "challengeHash" character varying(64) NOT NULL,
    purpose character varying(24) NOT NULL,
    "boundTo" character varying(64) NOT NULL,
    expires timestamp with time zone NOT NULL
);

CREATE TABLE public."Devices" (
    id uuid NOT NULL,
    "userId" uuid NOT NULL,
    "tokenHash" character varying(64) NOT NULL,
    "userAgent" character varying(255),
    ip character varying(45),
    "createdAt" timestamp with time zone NOT NULL,
    "lastSeenAt" timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    "trustedUntil" timestamp with time zone
);

CREATE TABLE public."Mails" (
    id uuid NOT NULL,
    content text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    "nextAttemptAt" timestamp with time zone NOT NULL,
    "failedAt" timestamp with time zone,
    "lastError" character varying(255),
    "createdAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."Migrations" (
    name character varying(255) NOT NULL
);

CREATE TABLE public."OneTimeLinks" (
    id uuid NOT NULL,
    purpose character varying(24) NOT NULL,
    "tokenHash" character varying(64) NOT NULL,
    email character varying(254),
    expires timestamp with time zone NOT NULL,
    "usedAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL,
    "userId" uuid
);

CREATE TABLE public."Passkeys" (
    id uuid NOT NULL,
    "userId" uuid NOT NULL,
    "credentialId" character varying(1400) NOT NULL,
    "publicKey" text NOT NULL,
    counter bigint DEFAULT 0 NOT NULL,
    transports json NOT NULL,
    name character varying(100) NOT NULL,
    "backedUp" boolean DEFAULT false NOT NULL,
    "lastUsedAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."RateLimits" (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint
);

CREATE TABLE public."RecoveryCodes" (
    id uuid NOT NULL,
    "userId" uuid NOT NULL,
    "codeHash" character varying(64) NOT NULL,
    "usedAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."Roles" (
    id uuid NOT NULL,
    name character varying(64) NOT NULL,
    description character varying(255) NOT NULL,
    permissions json NOT NULL,
    "builtIn" boolean DEFAULT false NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."Sessions" (
    sid character varying(64) NOT NULL,
    "publicId" uuid NOT NULL,
    "userId" uuid,
    data text NOT NULL,
    version integer NOT NULL,
    "secretId" character varying(16) NOT NULL,
    renew boolean DEFAULT false NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "lastSeenAt" timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    "absoluteExpires" timestamp with time zone NOT NULL,
    ip character varying(45),
    "userAgent" character varying(255),
    "endedAt" timestamp with time zone,
    "endReason" character varying(24)
);

CREATE TABLE public."SigningKeys" (
    serial integer NOT NULL,
    kid character varying(43) NOT NULL,
    "publicJwk" text NOT NULL,
    "sealedJwk" text,
    "createdAt" timestamp with time zone NOT NULL,
    "retiredAt" timestamp with time zone
);

CREATE TABLE public."TotpSecrets" (
    "userId" uuid NOT NULL,
    secret text NOT NULL,
    "confirmedAt" timestamp with time zone,
    "lastStep" bigint DEFAULT 0 NOT NULL,
    "createdAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."UserRoles" (
    "userId" uuid NOT NULL,
    "roleId" uuid NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL
);

CREATE TABLE public."Users" (
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    username character varying(64),
    name character varying(200) NOT NULL,
    "passwordHash" character varying(255),
    "disabledAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    "emailVerifiedAt" timestamp with time zone,
    "firstSignInAt" timestamp with time zone
);

INSERT INTO public."ApiTokens" VALUES ('xH07AdJ9rnDGGNil', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'c7b9fc9541ce9899b2f2502b0af1dabca08db6a30b5ff83841c21a6ba4e60c0f', 'of 2026', '[]', '2027-02-25 07:30:14.37+00', NULL, '2026-11-27 07:30:14.492+00');
INSERT INTO public."ApiTokens" VALUES ('NGhi3CfMbchlrvap', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'faf22c90a8b6d3eae46048cadfbeb0643e3bc5a6a08a1e072271722b11cbc1b5', 'of 2026', '["users:read","users:write","roles:read","roles:write","audit:read"]', '2027-02-25 07:29:51.364+00', '2026-11-27 07:30:26.265+00', '2026-11-27 07:29:51.385+00');
INSERT INTO public."ApiTokens" VALUES ('jEihe4fYTDbTJF5E', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'e1002680493d0093bedaad2fd9fd99a6ef24ea7f3f35060f3a37269cf1a0bc85', 'of 2026', '["audit:read"]', '2027-02-25 07:30:29.268+00', NULL, '2026-11-27 07:30:29.325+00');

INSERT INTO public."AuditEvents" VALUES (1, '2026-11-27T07:29:47.085Z', 'user_created', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, '127.0.0.1', NULL, 'c41becb8-4619-4ab5-82b3-9ede1d9d3731', '{"roles":["admin"],"by":"set-up link"}', '', 'E4MrTjRZnvKiHN4ybAF4Cf8usxRJtxzX1JGrGeSktq8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (2, '2026-11-27T07:29:48.055Z', 'user_email_verified', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, '127.0.0.1', NULL, 'd68d42b3-05f6-4bf2-b969-e31ae51393bb', '{}', 'E4MrTjRZnvKiHN4ybAF4Cf8usxRJtxzX1JGrGeSktq8', 'Qhp_uq27CXaGv8SNuBt170QR-1OHoxXcyhEZ1ZzFMHA', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (3, '2026-11-27T07:29:48.786Z', 'authn_login_success', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'f08ac890-05c2-4622-9401-c691d1a891a9', '127.0.0.1', NULL, '7211f407-7c81-4e8a-8a1b-66b595f51ab9', '{"factors":["password"],"device":"new"}', 'Qhp_uq27CXaGv8SNuBt170QR-1OHoxXcyhEZ1ZzFMHA', 'SZnkKzMkUVd4fSkL7X5Gu27ZYAG3mXLL0m2W_db5At4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (4, '2026-11-27T07:29:50.529Z', 'authn_factor_added', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, '127.0.0.1', NULL, '9c21e1fc-71e9-4cb9-ab77-bcc8369bc2f2', '{"factor":"authenticator app"}', 'SZnkKzMkUVd4fSkL7X5Gu27ZYAG3mXLL0m2W_db5At4', 'qT90fi8rtHJxm3y18vd5pDgs7pmNwrXYqofSXoSpWBQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (5, '2026-11-27T07:29:50.672Z', 'authn_recovery_codes_issued', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, '127.0.0.1', NULL, '9c21e1fc-71e9-4cb9-ab77-bcc8369bc2f2', '{}', 'qT90fi8rtHJxm3y18vd5pDgs7pmNwrXYqofSXoSpWBQ', 'Cpy5CnODPgw8ygz_kAa0kLiHMSQuB9xEFANJckgHk1s', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (6, '2026-11-27T07:29:51.398Z', 'authn_token_created', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, '127.0.0.1', NULL, '53c4e7b6-ebeb-4909-b521-7b8dbe8274e5', '{"token":"NGhi3CfMbchlrvap","scopes":["users:read","users:write","roles:read","roles:write","audit:read"],"expires":"2027-02-25T07:29:51.364Z"}', 'Cpy5CnODPgw8ygz_kAa0kLiHMSQuB9xEFANJckgHk1s', 'rGIq9mLnXmRZmo--keraX7mAwIokybAAr7PbowWk1dk', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (7, '2026-11-27T07:29:51.596Z', 'user_created', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', NULL, '127.0.0.1', NULL, '411d9ca3-c43a-434c-9433-aeb2bdfb9165', '{"roles":["user"],"by":"registration"}', 'rGIq9mLnXmRZmo--keraX7mAwIokybAAr7PbowWk1dk', 'AiAQfPepuIDY66DgY39qITxNhpAkqi0h_N3-gQVLzIs', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (8, '2026-11-27T07:29:51.731Z', 'user_email_verified', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', NULL, '127.0.0.1', NULL, '70463f43-c959-4fb1-b151-37e86b5df254', '{}', 'AiAQfPepuIDY66DgY39qITxNhpAkqi0h_N3-gQVLzIs', 'QyHM_CdP3Tb0E6c0yfnjAPoaFQppZTuLBIo89tTuKmA', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (9, '2026-11-27T07:29:52.068Z', 'user_created', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '5d1dd13f-bb72-4647-8107-5583f6244f33', '{"roles":["user"],"by":"registration"}', 'QyHM_CdP3Tb0E6c0yfnjAPoaFQppZTuLBIo89tTuKmA', 'V7YSMGA5v60BydFXET4dzvyWWT0tNrqdT4gwtnWVBK0', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (10, '2026-11-27T07:29:52.632Z', 'user_email_verified', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, 'b6e530f4-b529-48cb-ad71-dca079880c3f', '{}', 'V7YSMGA5v60BydFXET4dzvyWWT0tNrqdT4gwtnWVBK0', 'hsDzpaPHHqTIpMMD0g6PNBfKmqGIBNnAytjiHLB8PYE', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (11, '2026-11-27T07:29:53.007Z', 'user_created', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', NULL, '127.0.0.1', NULL, '2c0323de-2482-48ec-8433-eea71364bfdc', '{"roles":["user"],"by":"registration"}', 'hsDzpaPHHqTIpMMD0g6PNBfKmqGIBNnAytjiHLB8PYE', 'Ft9AYXPLFa_NmXvXJhj9VVzx_CK6w4kHlHz9Cncqpm8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (12, '2026-11-27T07:29:53.548Z', 'user_email_verified', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', NULL, '127.0.0.1', NULL, '1c4462e9-dac6-448f-8293-b6d994a59294', '{}', 'Ft9AYXPLFa_NmXvXJhj9VVzx_CK6w4kHlHz9Cncqpm8', 'eTPrFu6C49sD7BjA3d72lf7Glgcu0BGe7A41h82KG1w', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (13, '2026-11-27T07:29:53.918Z', 'user_created', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', NULL, '127.0.0.1', NULL, '61651dcd-2cb6-437e-a623-ed0b0da43c8e', '{"roles":["user"],"by":"registration"}', 'eTPrFu6C49sD7BjA3d72lf7Glgcu0BGe7A41h82KG1w', 'q8g5-VGBBuoU76yXGXVuwM9cpiZhn1I9iR8ULWacUI8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (14, '2026-11-27T07:29:54.392Z', 'user_email_verified', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', NULL, '127.0.0.1', NULL, '5c7f23a7-407b-47c7-b92e-29de1534cc09', '{}', 'q8g5-VGBBuoU76yXGXVuwM9cpiZhn1I9iR8ULWacUI8', 'yO5hhrvDp_6yoyRopXBbM8Upt11Z8KLIcOzoYjEixR4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (15, '2026-11-27T07:29:55.082Z', 'user_created', '7be07595-ac87-4c3b-9646-816cad2c072e', '7be07595-ac87-4c3b-9646-816cad2c072e', NULL, '127.0.0.1', NULL, 'f07f1ce3-44d8-49d6-99ae-5081ae3f3047', '{"roles":["user"],"by":"registration"}', 'yO5hhrvDp_6yoyRopXBbM8Upt11Z8KLIcOzoYjEixR4', 'f-VohIlH8maf-3AjN12-LnJ19EfBf9wqVV1kh-iaZqA', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (16, '2026-11-27T07:29:55.584Z', 'user_email_verified', '7be07595-ac87-4c3b-9646-816cad2c072e', '7be07595-ac87-4c3b-9646-816cad2c072e', NULL, '127.0.0.1', NULL, '1bda7351-30ee-476a-9fbc-06e1a493e067', '{}', 'f-VohIlH8maf-3AjN12-LnJ19EfBf9wqVV1kh-iaZqA', 'haJMYYdsmG5YfInPWiOFkgaGEL-iaGZkvSNMBukAcwQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (17, '2026-11-27T07:29:56.290Z', 'user_created', 'c03a096c-edb2-4dae-93c9-39d041411936', 'c03a096c-edb2-4dae-93c9-39d041411936', NULL, '127.0.0.1', NULL, '83c1044c-3189-4955-81b6-40c885b654e6', '{"roles":["user"],"by":"registration"}', 'haJMYYdsmG5YfInPWiOFkgaGEL-iaGZkvSNMBukAcwQ', 'bpd2D3-i80djyjyfKbwm7eUQJG2VBmc5t07LwCrY9J8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (18, '2026-11-27T07:29:56.853Z', 'user_email_verified', 'c03a096c-edb2-4dae-93c9-39d041411936', 'c03a096c-edb2-4dae-93c9-39d041411936', NULL, '127.0.0.1', NULL, 'a00c2eba-8b37-40aa-be01-fe44e8a63330', '{}', 'bpd2D3-i80djyjyfKbwm7eUQJG2VBmc5t07LwCrY9J8', 'BrZ-JsRqnndJWE9qTlj-D7B9aXvoqhEvlPZc5IZsb_M', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (19, '2026-11-27T07:29:57.308Z', 'user_created', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, '6bf51d4d-0ee6-44c5-9c2d-14df3806c552', '{"roles":["user"],"by":"registration"}', 'BrZ-JsRqnndJWE9qTlj-D7B9aXvoqhEvlPZc5IZsb_M', 'v--sm1rZa45JuVTag8ToWRJkeiJsbc-WMDWnvJgHg4w', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (20, '2026-11-27T07:29:57.502Z', 'user_email_verified', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, '630cae4e-8643-4500-978a-078258d6fd09', '{}', 'v--sm1rZa45JuVTag8ToWRJkeiJsbc-WMDWnvJgHg4w', 'X_aNyhPEv_u-9wOMZyopAfBDLDNIzIyD1MhNUKqjOA8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (21, '2026-11-27T07:29:57.996Z', 'user_created', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95', NULL, '127.0.0.1', NULL, '940e0a5f-8aac-461a-9a7f-4e5ec1c2347a', '{"roles":["user"],"by":"registration"}', 'X_aNyhPEv_u-9wOMZyopAfBDLDNIzIyD1MhNUKqjOA8', 'Fg-MjHWyyYdsfGYCm8YDA4MHM3jRgaHAYgQ85ZpYkb4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (22, '2026-11-27T07:29:58.368Z', 'user_email_verified', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95', NULL, '127.0.0.1', NULL, '0eb536d1-6081-4aa2-a91e-1a5dce6e3439', '{}', 'Fg-MjHWyyYdsfGYCm8YDA4MHM3jRgaHAYgQ85ZpYkb4', 'TlrEeGly_f3eUZtyTRA-A7FPqY37vtFQs8nsoBjFQIQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (23, '2026-11-27T07:29:58.812Z', 'user_created', '5dd3203e-ed99-48a4-bae9-f5c22427b486', '5dd3203e-ed99-48a4-bae9-f5c22427b486', NULL, '127.0.0.1', NULL, 'fcd6d8ca-bb67-44f8-b90d-f757a4e3f669', '{"roles":["user"],"by":"registration"}', 'TlrEeGly_f3eUZtyTRA-A7FPqY37vtFQs8nsoBjFQIQ', 'xLwgtX9u7Yw4N7AkoaW_IEKTb9lLlAZBgn7nVmqJyFY', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (24, '2026-11-27T07:29:59.456Z', 'user_email_verified', '5dd3203e-ed99-48a4-bae9-f5c22427b486', '5dd3203e-ed99-48a4-bae9-f5c22427b486', NULL, '127.0.0.1', NULL, '5561fa16-e0c3-4c3b-9608-a775584ab36f', '{}', 'xLwgtX9u7Yw4N7AkoaW_IEKTb9lLlAZBgn7nVmqJyFY', '5t2CFJ0oz4-w-Pgvjw-zfKAeWPg2wG1o8NHDUrWoyyo', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (25, '2026-11-27T07:29:59.928Z', 'user_created', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', NULL, '127.0.0.1', NULL, '241ee88f-d698-4dbd-b21a-fe8f3a5ede18', '{"roles":["user"],"by":"registration"}', '5t2CFJ0oz4-w-Pgvjw-zfKAeWPg2wG1o8NHDUrWoyyo', 'CLVpqAbIKxGE2HywLRH3F-5sbgInYb4c4eRlL0j_TGI', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (26, '2026-11-27T07:30:00.840Z', 'user_email_verified', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', NULL, '127.0.0.1', NULL, '847274af-e006-4eaf-b786-ec2f40daf2cf', '{}', 'CLVpqAbIKxGE2HywLRH3F-5sbgInYb4c4eRlL0j_TGI', 'Du9z5bZSqQUCHPILkJ70rjdoc0jTwYe7KjxKkjpqObQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (27, '2026-11-27T07:30:01.145Z', 'user_created', '1e599fd9-88e2-4e98-83f9-13366938f7c8', '1e599fd9-88e2-4e98-83f9-13366938f7c8', NULL, '127.0.0.1', NULL, '8187346d-c208-4e75-955c-275ee3faf8b9', '{"roles":["user"],"by":"registration"}', 'Du9z5bZSqQUCHPILkJ70rjdoc0jTwYe7KjxKkjpqObQ', 'xJFE5EW2HiEgkFOtAJUdbO2oDnZx8Ym7CjD8A-7EN5Y', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (28, '2026-11-27T07:30:01.664Z', 'user_created', '4e9e3446-bacb-497f-ad42-27551b1cf74f', '4e9e3446-bacb-497f-ad42-27551b1cf74f', NULL, '127.0.0.1', NULL, 'c19fa384-478f-4276-9cd7-a0884452eb3e', '{"roles":["user"],"by":"registration"}', 'xJFE5EW2HiEgkFOtAJUdbO2oDnZx8Ym7CjD8A-7EN5Y', 'sZ9otUQDrINsmtr62V0Apf4kJlNbyyGUdCMZsC21r3I', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (29, '2026-11-27T07:30:02.280Z', 'authn_login_success', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', '6715498c-5f97-4c39-9e78-4bada44ccf91', '127.0.0.1', NULL, '0b4b143a-baac-4bbd-ac12-fe88e6d7eb55', '{"factors":["password"],"device":"new"}', 'sZ9otUQDrINsmtr62V0Apf4kJlNbyyGUdCMZsC21r3I', 'okaWT80uOVn4aG22zUHGhq1PkymyqIy_YyuZwXocuRM', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (30, '2026-11-27T07:30:06.044Z', 'authn_factor_added', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', NULL, '127.0.0.1', NULL, 'ff048464-d154-44d8-9a16-18d3737d1415', '{"factor":"passkey"}', 'okaWT80uOVn4aG22zUHGhq1PkymyqIy_YyuZwXocuRM', 'V_REUfg9Tb7cvN3JtzQgKOawJQt_U0IHIGyBrGWp55E', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (31, '2026-11-27T07:30:06.180Z', 'authn_recovery_codes_issued', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', NULL, '127.0.0.1', NULL, 'ff048464-d154-44d8-9a16-18d3737d1415', '{}', 'V_REUfg9Tb7cvN3JtzQgKOawJQt_U0IHIGyBrGWp55E', 'rmF6KJ8l_jv-V1Oq5BgfW7HaGemuaz9VZP09EV_jius', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (43, '2026-11-27T07:30:17.434Z', 'authn_login_success', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'd4deca56-e4c2-4ad7-9d0c-a870c1d594b2', '127.0.0.1', NULL, 'c05c4f00-a5d4-4951-abe8-24190e57ab2a', '{"factors":["password"],"device":"new"}', 'Gy_BTzjU_DU69YHfGtrQTMAB-kWoBz5Jxh0he9kFS0I', '35UOFrU4nYyacopVYrGLzMpGyzgrHatcZf03MWs490U', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (44, '2026-11-27T07:30:18.549Z', 'authn_login_success', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'ab6806b7-de44-469a-9521-caf2aa90efa0', '127.0.0.1', NULL, '66fc3019-ff86-416c-b03f-d6dc87123d8b', '{"factors":["password"],"device":"new"}', '35UOFrU4nYyacopVYrGLzMpGyzgrHatcZf03MWs490U', 'OuGvxG6_IYBRQMzd3riUiQVTUwEUckDfYFkgCaKFpiI', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (45, '2026-11-27T07:30:20.122Z', 'authn_login_success', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'ab57f179-2775-4fcb-a6f3-06ba01f152f6', '127.0.0.1', NULL, '2f2bc361-3a7f-4e97-aa7b-a8ba5359125a', '{"factors":["password"],"device":"new"}', 'OuGvxG6_IYBRQMzd3riUiQVTUwEUckDfYFkgCaKFpiI', '2ly8ydwp3M-3Rl96XzpSJ361W-xhYBOW0tO1lioGa20', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (46, '2026-11-27T07:30:20.673Z', 'user_email_change_request', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', NULL, '127.0.0.1', NULL, 'da9c10cf-f928-456a-a2a9-3416dfb17d82', '{}', '2ly8ydwp3M-3Rl96XzpSJ361W-xhYBOW0tO1lioGa20', 'RzWbKjWeD12O8g2wUizn9gA3Lf8cv3gEvnkR7u5BtwM', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (51, '2026-11-27T07:30:24.527Z', 'authn_login_fail', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, '24d48cb9-22a4-4906-b11c-6d86107c818d', '{"authenticator":"password","reason":"wrong"}', 'LNIX2bJ99PRFYMBUrrzldpReM-KbRcwEFNmgx0TjwT4', 'IpW3loYpIJPKfUOgfTVoMjmW5GzRHgNN1yRfT7z_zTk', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (52, '2026-11-27T07:30:24.853Z', 'authn_login_fail', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, 'b0bd397a-36b1-40ec-a68b-ce25a5d68291', '{"authenticator":"password","reason":"wrong"}', 'IpW3loYpIJPKfUOgfTVoMjmW5GzRHgNN1yRfT7z_zTk', 'QLmabAoZ7AtNEWIAD5VfPPJCetDlHTXAI7GeIpE6APE', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (53, '2026-11-27T07:30:25.289Z', 'authn_login_fail', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, 'c547e985-8655-40bd-b4fc-de232a200b4d', '{"authenticator":"password","reason":"wrong"}', 'QLmabAoZ7AtNEWIAD5VfPPJCetDlHTXAI7GeIpE6APE', '2CnugKrmyyMhTtB6Bk18NrfQrmlh27MOgKRkI1DDepI', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (54, '2026-11-27T07:30:25.489Z', 'authn_login_fail', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, '608ba294-22f6-4735-8e40-a6a9c42ee94d', '{"authenticator":"password","reason":"wrong"}', '2CnugKrmyyMhTtB6Bk18NrfQrmlh27MOgKRkI1DDepI', 'UrKZW8zVj9B5j4M31Qs6Sb2Wv2S5HJ5Ue8AO4r9Qfco', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (55, '2026-11-27T07:30:26.080Z', 'authn_login_fail', '8f282dbb-ce7f-470d-87c8-d015dc47246e', '8f282dbb-ce7f-470d-87c8-d015dc47246e', NULL, '127.0.0.1', NULL, '2b8c8a35-3de9-4492-ad90-cb46c7480530', '{"authenticator":"password","reason":"wrong"}', 'UrKZW8zVj9B5j4M31Qs6Sb2Wv2S5HJ5Ue8AO4r9Qfco', 'JVQ1iejxxoQt3FvJnYmBwsiPnKFbs9sjYOR66E5eEXM', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (56, '2026-11-27T07:30:26.734Z', 'user_disabled', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95', NULL, '127.0.0.1', NULL, '7dd20ac7-840a-4ab6-bf4a-c342455bd3bb', '{}', 'JVQ1iejxxoQt3FvJnYmBwsiPnKFbs9sjYOR66E5eEXM', '3AAhR6OrEtNgUg0NlrRNBNZnnRIY8kdgUKBy5J8tY6Q', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (57, '2026-11-27T07:30:27.041Z', 'user_deleted', '7294551f-53c0-4de3-b76e-be9485d8ad38', '5dd3203e-ed99-48a4-bae9-f5c22427b486', NULL, '127.0.0.1', NULL, '5e5e7e3f-f651-43d0-a67a-3829d461cf4a', '{}', '3AAhR6OrEtNgUg0NlrRNBNZnnRIY8kdgUKBy5J8tY6Q', 'Xv2ka_-76LjLLU98To-cWefG1NguQP7_qlSLEbY-oP4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (59, '2026-11-27T07:30:27.859Z', 'privilege_permissions_changed', '7294551f-53c0-4de3-b76e-be9485d8ad38', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '613a8435-c16b-4e50-9628-5d797d2c369b', '{"granted":"auditor"}', 'PGRXwgM3sgihA07PMM4Nx3ijspvK0P7W4yBXVidH__E', 'p8foTkP9_Lrddt1Lp-X87o845ii7ujOpJnN_6MDM3Ow', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (60, '2026-11-27T07:30:28.758Z', 'authn_login_success', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '653bfaa3-7144-48e6-8986-8365adbc7b6a', '127.0.0.1', NULL, 'c1caa132-e11e-4d6a-88a3-fc953e0a9d2c', '{"factors":["password"],"device":"new"}', 'p8foTkP9_Lrddt1Lp-X87o845ii7ujOpJnN_6MDM3Ow', 'lJcDX0WLDO7zffAPG-ywttX2ekEPcfVyt-JKJ-Xa2O8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (61, '2026-11-27T07:30:29.362Z', 'authn_token_created', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '773f6bbf-57f1-40c1-95c0-013ec8a15294', '{"token":"jEihe4fYTDbTJF5E","scopes":["audit:read"],"expires":"2027-02-25T07:30:29.268Z"}', 'lJcDX0WLDO7zffAPG-ywttX2ekEPcfVyt-JKJ-Xa2O8', 'vcNyeQxIznLHPgx3NFOsRzlCvoaIy1U-tPA22MGaQ0o', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (32, '2026-11-27T07:30:08.597Z', 'authn_login_success', 'fd981941-8380-4072-a897-426dc9d9b467', 'fd981941-8380-4072-a897-426dc9d9b467', 'd994de6f-da3e-4916-8077-0668ca3c260e', '127.0.0.1', NULL, 'e9bbeef3-297c-4bf8-9092-af5780fa62ee', '{"factors":["password","passkey"],"device":"new"}', 'rmF6KJ8l_jv-V1Oq5BgfW7HaGemuaz9VZP09EV_jius', 'EhJszb10nfSTUf21BR5VborF5kHPjJ3ShCh8kH5O3Ck', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (33, '2026-11-27T07:30:10.068Z', 'authn_login_success', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '5e465c53-8687-4904-87db-51b3c9b803b5', '127.0.0.1', NULL, '7b9c8b06-6939-4e1f-b113-6ce650aa8d07', '{"factors":["password"],"device":"new"}', 'EhJszb10nfSTUf21BR5VborF5kHPjJ3ShCh8kH5O3Ck', 'wF7uZqC2CVo7WFN8dgue8RJwaa1aAF4matP7RBJB_GQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (34, '2026-11-27T07:30:10.960Z', 'authn_factor_added', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', NULL, '127.0.0.1', NULL, '51d0a8e7-1df2-4cf6-8a38-5cca549cfe54', '{"factor":"passkey"}', 'wF7uZqC2CVo7WFN8dgue8RJwaa1aAF4matP7RBJB_GQ', 'aJDWlkeVPNF8a6UdRTjBMHVlGlsFFs8Q-xYb6v4n4FU', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (35, '2026-11-27T07:30:11.172Z', 'authn_recovery_codes_issued', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', NULL, '127.0.0.1', NULL, '51d0a8e7-1df2-4cf6-8a38-5cca549cfe54', '{}', 'aJDWlkeVPNF8a6UdRTjBMHVlGlsFFs8Q-xYb6v4n4FU', 'LwrWY5yR5aWQpzR5EzJZpy9Nesg8OMlhxnyOcZHMcVM', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (36, '2026-11-27T07:30:12.912Z', 'authn_login_success', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '68418ddb-73f2-47d2-b5cb-c355e1c11f29', '127.0.0.1', NULL, '5f10b680-5ac7-4c26-b670-91ae250b7c25', '{"factors":["password"],"device":"new"}', 'LwrWY5yR5aWQpzR5EzJZpy9Nesg8OMlhxnyOcZHMcVM', 'YlYn1vVJJGAWwZmuTJiyaGH160Xg9PQrNg6iXT6so-Q', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (37, '2026-11-27T07:30:13.921Z', 'authn_login_success', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'ed0b0580-cdd9-4b9b-9ccb-29283355135e', '127.0.0.1', NULL, 'e72dc291-2a4a-4496-a22a-1d146617561e', '{"factors":["password"],"device":"new"}', 'YlYn1vVJJGAWwZmuTJiyaGH160Xg9PQrNg6iXT6so-Q', 'mBTLg2MnwFnjV5_n-bZ0DFTsDwdCI_laj37rjqil3uQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (38, '2026-11-27T07:30:14.556Z', 'authn_token_created', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '20b14b6b-fb9c-40bb-adaf-03c6bfdd66f6', '{"token":"xH07AdJ9rnDGGNil","scopes":[],"expires":"2027-02-25T07:30:14.370Z"}', 'mBTLg2MnwFnjV5_n-bZ0DFTsDwdCI_laj37rjqil3uQ', '8G7g9837pPQ7P8KYRLgq9i-GkucfsZe6EBmAhk-Laqg', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (39, '2026-11-27T07:30:15.027Z', 'authn_token_created', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '343a12b7-62b7-4ab0-b7b7-069d6a05a022', '{"token":"g6gFNubYWB15vNjg","scopes":[],"expires":"2027-02-25T07:30:14.832Z"}', '8G7g9837pPQ7P8KYRLgq9i-GkucfsZe6EBmAhk-Laqg', 'gHlsPnY0nj8DwsOI4V3TQTQcxQrf0qwFBfjlz7z8X8Q', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (40, '2026-11-27T07:30:15.194Z', 'authn_token_revoked', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, '203d9574-7b63-4471-9be2-44a7cd0f9cce', '{"token":"g6gFNubYWB15vNjg","by":"owner"}', 'gHlsPnY0nj8DwsOI4V3TQTQcxQrf0qwFBfjlz7z8X8Q', '-cjStEuqcEiZ_MGKZo7MZ9F9IvIrrzSH5ckSh99riXQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (41, '2026-11-27T07:30:16.092Z', 'authn_login_success', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '9d03a5f8-60a5-4696-ba37-a438b94574c3', '127.0.0.1', NULL, '9458ed1c-35c1-492f-ae0e-2930ae32400b', '{"factors":["password"],"device":"new"}', '-cjStEuqcEiZ_MGKZo7MZ9F9IvIrrzSH5ckSh99riXQ', 'mKDgATk6Z-CjFeh4PO59mpbtNjHcAmYJ9QnJEm5qjvw', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (42, '2026-11-27T07:30:16.546Z', 'session_ended', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '9d03a5f8-60a5-4696-ba37-a438b94574c3', '127.0.0.1', NULL, 'ef32b9c2-b7a6-415d-9673-718e92d79930', '{"reason":"signed-out"}', 'mKDgATk6Z-CjFeh4PO59mpbtNjHcAmYJ9QnJEm5qjvw', 'Gy_BTzjU_DU69YHfGtrQTMAB-kWoBz5Jxh0he9kFS0I', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (47, '2026-11-27T07:30:21.997Z', 'authn_login_success', '7be07595-ac87-4c3b-9646-816cad2c072e', '7be07595-ac87-4c3b-9646-816cad2c072e', '08909c29-b562-47ee-8790-c3138195c624', '127.0.0.1', NULL, '798b6171-0f29-4bab-b750-1ac08d52af72', '{"factors":["password"],"device":"new"}', 'RzWbKjWeD12O8g2wUizn9gA3Lf8cv3gEvnkR7u5BtwM', 'Ro9qQx--HO4_3NTIye3u-5Q1_HV5adnptDViY6Puir4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (48, '2026-11-27T07:30:22.489Z', 'user_email_change_request', '7be07595-ac87-4c3b-9646-816cad2c072e', '7be07595-ac87-4c3b-9646-816cad2c072e', NULL, '127.0.0.1', NULL, '32f99e0a-c9d9-4722-9bd5-be829166a3d4', '{}', 'Ro9qQx--HO4_3NTIye3u-5Q1_HV5adnptDViY6Puir4', '8k4ZdZvKp0uMJhaW_DNxYTludh3vbAOqnu7_I33-kH8', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (49, '2026-11-27T07:30:23.264Z', 'user_email_changed', '7be07595-ac87-4c3b-9646-816cad2c072e', '7be07595-ac87-4c3b-9646-816cad2c072e', NULL, '127.0.0.1', NULL, '2ed052f6-78ca-4918-b311-483e04f5e9ef', '{}', '8k4ZdZvKp0uMJhaW_DNxYTludh3vbAOqnu7_I33-kH8', 'Kyw3pJ0aQE-yBlHb9B2flNF_4gfQjuTy4WgN4a3_4jQ', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (50, '2026-11-27T07:30:24.168Z', 'authn_password_reset_request', NULL, 'c03a096c-edb2-4dae-93c9-39d041411936', NULL, '127.0.0.1', NULL, 'b8943d14-a17d-43b5-abd4-416713ab141a', '{}', 'Kyw3pJ0aQE-yBlHb9B2flNF_4gfQjuTy4WgN4a3_4jQ', 'LNIX2bJ99PRFYMBUrrzldpReM-KbRcwEFNmgx0TjwT4', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (58, '2026-11-27T07:30:27.371Z', 'privilege_permissions_changed', '7294551f-53c0-4de3-b76e-be9485d8ad38', NULL, NULL, '127.0.0.1', NULL, '3f93a3b8-5c9b-4184-9976-1c9306f7711f', '{"role":"auditor","permissions":["audit:read"]}', 'Xv2ka_-76LjLLU98To-cWefG1NguQP7_qlSLEbY-oP4', 'PGRXwgM3sgihA07PMM4Nx3ijspvK0P7W4yBXVidH__E', '50qEQw3v');
INSERT INTO public."AuditEvents" VALUES (62, '2026-11-27T07:31:14.078Z', 'sys_signing_key_rotated', NULL, NULL, NULL, NULL, NULL, NULL, '{"key":"lAh6IWnWqJkmWIxfOoUwALjcY993x1L0ZOsWOCP5hOY","by":"command line","operator":"root"}', 'vcNyeQxIznLHPgx3NFOsRzlCvoaIy1U-tPA22MGaQ0o', 'OZTRESgWoI1E1BgSpLkbiqEugEfAhiVzZ_B1ikhXhb8', '3V-WKmSj');
INSERT INTO public."AuditEvents" VALUES (63, '2026-11-27T07:32:30.122Z', 'user_created', NULL, '6f9f4d42-1262-447a-90e8-74d0967c9d89', NULL, NULL, NULL, NULL, '{"roles":["user"],"by":"command line","operator":"root"}', 'OZTRESgWoI1E1BgSpLkbiqEugEfAhiVzZ_B1ikhXhb8', '0PpRDJDZdy2iZDBD62Ix2nPcjDskR4B_KvTYBhNk0sw', '3V-WKmSj');
INSERT INTO public."AuditEvents" VALUES (64, '2026-11-27T07:33:19.087Z', 'authn_login_success', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'decc6da8-b0cb-4ac9-9f96-757cbd7ef53e', '127.0.0.1', NULL, '731ca272-0321-4021-8d12-7b99c34d3c46', '{"factors":["password","totp"],"device":"new"}', '0PpRDJDZdy2iZDBD62Ix2nPcjDskR4B_KvTYBhNk0sw', 'HjsqLEYx7c3XnLG81pQ_2yDoS3DY178yuOnOKfUv-hw', '3V-WKmSj');
INSERT INTO public."AuditEvents" VALUES (65, '2026-11-27T07:33:19.169Z', 'authn_device_trusted', '7294551f-53c0-4de3-b76e-be9485d8ad38', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'decc6da8-b0cb-4ac9-9f96-757cbd7ef53e', '127.0.0.1', NULL, '731ca272-0321-4021-8d12-7b99c34d3c46', '{}', 'HjsqLEYx7c3XnLG81pQ_2yDoS3DY178yuOnOKfUv-hw', 'wS0M0uROZ4Pu1KwmOb8CLw3CD1dh5cQk4G_7FcdcMdk', '3V-WKmSj');
INSERT INTO public."AuditEvents" VALUES (66, '2026-11-27T07:33:19.630Z', 'authn_login_success', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', '99f9f56d-ea49-4923-bcd3-ec17ec6b6309', '127.0.0.1', NULL, 'ca93798d-e0e1-4f4a-b9b7-62bef1405d47', '{"factors":["password"],"device":"new"}', 'wS0M0uROZ4Pu1KwmOb8CLw3CD1dh5cQk4G_7FcdcMdk', 'g1X1O-5PJ6saziw4853sgkuC7cUPlj6EqVzZfKNae9k', '3V-WKmSj');
INSERT INTO public."AuditEvents" VALUES (67, '2026-11-27T07:33:19.936Z', 'authn_password_reset_request', NULL, '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', NULL, '127.0.0.1', NULL, 'ca391fa7-183a-4338-a974-11e17a9e4a8c', '{}', 'g1X1O-5PJ6saziw4853sgkuC7cUPlj6EqVzZfKNae9k', 'TztftRsn22sC-26aOWzCyoCMR8m4b2u0H9QSmX7sklI', '3V-WKmSj');

INSERT INTO public."AuditHeads" VALUES (1, 67, 'TztftRsn22sC-26aOWzCyoCMR8m4b2u0H9QSmX7sklI', 'HFz3g63bK0zSogBSEJzpWGByTpVTv2Ozsba99wxlSV8', '3V-WKmSj');

INSERT INTO public."AuthenticatorFailures" VALUES ('8f282dbb-ce7f-470d-87c8-d015dc47246e', 'password', 5, '2026-11-27 07:30:55.995+00');

INSERT INTO public."Challenges" VALUES ('ce7c0311fb1ea2a45559cb33fb477125051d1861384cab12a7f3e3b3ab0aa4fa', 'sign-in', '7f7495c6b1308ce0cc128b482b078aa0621855f5914cc18e31a72f1b213d9ac5', '2026-11-27 07:38:20.048+00');

INSERT INTO public."Devices" VALUES ('50b66d40-0066-4db8-9f82-4ee93deaa41c', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'ae9c9ca3bd0ba2995cb297a12f8736f9396f034f6285963a937df9d4007bd862', NULL, '127.0.0.1', '2026-11-27 07:29:48.644+00', '2026-11-27 07:29:48.644+00', '2026-12-27 07:29:48.644+00', NULL);
INSERT INTO public."Devices" VALUES ('6e462df6-de78-470a-8430-cf35469c6432', 'fd981941-8380-4072-a897-426dc9d9b467', '4274f1a5593218606a40c97e918736054dbab59b132d552ce8146a7bf61511c1', NULL, '127.0.0.1', '2026-11-27 07:30:02.181+00', '2026-11-27 07:30:02.181+00', '2026-12-27 07:30:02.181+00', NULL);
INSERT INTO public."Devices" VALUES ('59e60401-57a6-4157-a6af-500329f6c8b5', 'fd981941-8380-4072-a897-426dc9d9b467', '15ec2a6710ec25db93e3f85be87d0ec2c82806eafe82f21797645742867e6b69', NULL, '127.0.0.1', '2026-11-27 07:30:08.416+00', '2026-11-27 07:30:08.416+00', '2026-12-27 07:30:08.416+00', NULL);
INSERT INTO public."Devices" VALUES ('c90937e3-0b54-4fc3-abde-d8e27d004c5c', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '5ae1a0262104a59b6ebb5e44e508051b26a313c2e9e19d81f0b2c9bf315d8c8f', NULL, '127.0.0.1', '2026-11-27 07:30:09.699+00', '2026-11-27 07:30:09.699+00', '2026-12-27 07:30:09.699+00', NULL);
INSERT INTO public."Devices" VALUES ('8552392e-73d4-4949-8239-751e20a8d292', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'e71a760f90406235827eb72fab0a5e3210d690e63190d54d50351e1016fca31e', NULL, '127.0.0.1', '2026-11-27 07:30:12.615+00', '2026-11-27 07:30:12.615+00', '2026-12-27 07:30:12.615+00', NULL);
INSERT INTO public."Devices" VALUES ('db7e6920-f04d-4b5c-9209-5cee5b8c600a', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '04d348fe23e3467ec6779df43012a8eb29f914c078b38077747a375f3f5dd2b1', NULL, '127.0.0.1', '2026-11-27 07:30:13.835+00', '2026-11-27 07:30:13.835+00', '2026-12-27 07:30:13.835+00', NULL);
INSERT INTO public."Devices" VALUES ('2d9ff888-f1b0-4a2c-8edf-9089075e53b9', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '7e38a96677b145412fbfebe736d5403dfdcef8cda138c15038d3dab2b78d1f60', NULL, '127.0.0.1', '2026-11-27 07:30:15.904+00', '2026-11-27 07:30:15.904+00', '2026-12-27 07:30:15.904+00', NULL);
INSERT INTO public."Devices" VALUES ('316b89cb-65dc-4757-97c5-ef50d94903e2', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'f2bc33663c449c2b21622b2f31acc6b47cfcc8b07915c651a8155e4ae46d9640', NULL, '127.0.0.1', '2026-11-27 07:30:17.3+00', '2026-11-27 07:30:17.3+00', '2026-12-27 07:30:17.3+00', NULL);
INSERT INTO public."Devices" VALUES ('cc9164fa-18d7-4d96-bcf5-376f12bb4f1b', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', '0c3ef9cea56311dd022537d60099e0b330c7b7eb9b2e9cd1cff8f207676cc4e1', NULL, '127.0.0.1', '2026-11-27 07:30:18.379+00', '2026-11-27 07:30:18.379+00', '2026-12-27 07:30:18.379+00', NULL);
INSERT INTO public."Devices" VALUES ('1c717f38-c371-416f-a526-d3759c0d99db', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'a18d398f58e1bdfc14b982d2baa8b9f09411ed785aab51fe5f24511de92b5499', NULL, '127.0.0.1', '2026-11-27 07:30:20.016+00', '2026-11-27 07:30:20.016+00', '2026-12-27 07:30:20.016+00', NULL);
INSERT INTO public."Devices" VALUES ('690f9638-426a-4c6a-882f-017393a969eb', '7be07595-ac87-4c3b-9646-816cad2c072e', '9c7fd9aba48e0101c1a06c33099e627e4ccb9df2751995a88b5da2bcb70ef2de', NULL, '127.0.0.1', '2026-11-27 07:30:21.848+00', '2026-11-27 07:30:21.848+00', '2026-12-27 07:30:21.848+00', NULL);
INSERT INTO public."Devices" VALUES ('12f36247-239d-4517-841f-97540702133d', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'ff13703dae28e8b8e408a0bda42de2b96c4a27956143547920634bb9d80e3170', NULL, '127.0.0.1', '2026-11-27 07:30:28.671+00', '2026-11-27 07:30:28.671+00', '2026-12-27 07:30:28.671+00', NULL);
INSERT INTO public."Devices" VALUES ('9e9b3772-0188-4702-be91-e07689ab9160', '7294551f-53c0-4de3-b76e-be9485d8ad38', '048a3404b450040ab75e2156af4e8f7c2b94f80830d269003a0101a1cdbbea04', NULL, '127.0.0.1', '2026-11-27 07:33:18.965+00', '2026-11-27 07:33:18.965+00', '2026-12-27 07:33:18.965+00', '2026-12-27 07:33:18.965+00');
INSERT INTO public."Devices" VALUES ('92481309-c6b1-4b01-a90d-6b098756f037', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', '8cbac9c4a76ab8a7a5bf83a2eb73af0d8893b74aa068763809b8e2c2cf21184d', NULL, '127.0.0.1', '2026-11-27 07:33:19.587+00', '2026-11-27 07:33:19.587+00', '2026-12-27 07:33:19.587+00', NULL);

INSERT INTO public."Mails" VALUES ('2ef6306d-e0ab-4e2f-b597-8c5bc2d76105', 'v1.50qEQw3v.e8vL9PEnbcGo3EBBgYSEosWkOHC6aD-v4oO_Zph9ad0yFXH70TtO0i37myqqWHHBnS2KpTxBI91aTqjaOt4FwJANV4cKabpn4mhja5FMDFG75eLD6JLL4al8DghO2hY-u9WEkpSBOK8owSZnSTB2WtSm8eem8jwtMy04MozmgG2MvYsjTTKVRooS2DzjWKSI33PJARHOGdK0gNU1T8WpD8-cCSsyKg-B0YvDXgybrnl6KDiXxrwbn5iprJ_RaAg2eUbvfpWllWYG-T3q', 1, '2026-11-27 07:33:01.753+00', '2026-11-27 07:30:01.963+00', '550 at RCPT TO', '2026-11-27 07:30:01.624+00');
INSERT INTO public."Mails" VALUES ('e245337e-d57b-4482-8511-db78ac98a040', 'v1.3V-WKmSj.aQoVOXlVmkBfpCRpj2Ay5oR5-pcKk9tjIF42h2sT4FldaWVbJUZQwPtcztPlww-IBlpYLIClZoTT1wK80-Id0D6nQlhp6wprh93ZF15sEWMynkCWo0AXMj5Gb80nbYvVmV0HFZR9AI0UwQpje7H3V7imTxON0hdoTB3RNK_pCJIW1h_G7KDmN1JYUgRPUygZ33ajiT7eOFFkMK4EfKHpKBt5TcIbhO2Qtwj-fn9sM7x5Va1g6adp-RdhM1s9inXQOP0M1fLLd4sjcB-ALQuRbmMjYzkshVkq4uEJPg5waUdJlSmgS7qj5BWzUFdfcZEKIIzpOIs10HLBOFfEPfTVpCEfyfVKabgR-Y0rmMgh3xpNPkI', 0, '2026-11-27 07:33:19.288+00', NULL, NULL, '2026-11-27 07:33:19.289+00');
INSERT INTO public."Mails" VALUES ('66d24066-8d20-4b33-a45a-89e01ceda2e2', 'v1.3V-WKmSj.q88xHYaBdVjxHxqqbikdlEktYsimnTJ5mxtp3b5PKEt7O3cHh1jQJbH37BKPD3kJkfyIPjWGpK2l4xda5SDsduF3YFi82fuiTXnIa-7UEbSgP3MVP7wiNcP0mp7HoZLCKKmH9RtbBwscp5UlUDZFLA5eKZaQ4EV3s8W420r0MqcSTXyJEuUwekYJOyxASOeL4k3jBpvNnDeoWRbRpHFUeo05rroE9BAaUY8OlNf0DMgeoZ9wla3BcWmP3cDil_daLv7HWKvFavwsE2MKgT7N7FsaKc1Pdt9C6YM3mFDS6dfeK6-T-SMR5pEooglCrP2LBDUHWmuraGK86sBW0HLWI4mJr5N3FDt6Tfbhoe0fetGCOIH6GJx4', 0, '2026-11-27 07:33:19.668+00', NULL, NULL, '2026-11-27 07:33:19.668+00');
INSERT INTO public."Mails" VALUES ('1cf72933-ebce-4f0c-b315-7a895cd7d7ce', 'v1.3V-WKmSj.D2BjezgyHqXRpAAEP60chDp2EZMBJHinOL3uRr9KkfPH9IXSWajPee8EZDxN8GRI_FDZiwSL63vR_EQXamokpL-xi0EI0TBQaCcyxuwAXRs-Fg3yfArPFK3y6XIdpjkYDQx4KuWckxG9EhzfWKAlIywU3Zl1h3Sc92i30Fi1_FSLGFIuybo47UIsIK1DmtZTedcUcUX2Rxku2W9fX_QlBnnh-b-oAL1oHzg2sZSUqVFthwPk1QJKAPcrN6Q5EheLvr2LFNw5OqN4i2Hk3yY0Zj5wRbKFx60', 0, '2026-11-27 07:33:19.876+00', NULL, NULL, '2026-11-27 07:33:19.877+00');

INSERT INTO public."Migrations" VALUES ('20261121000001-users-and-roles');
INSERT INTO public."Migrations" VALUES ('20261121000002-sessions');
INSERT INTO public."Migrations" VALUES ('20261121000003-invalidations');
INSERT INTO public."Migrations" VALUES ('20261121000004-one-time-links-and-limits');
INSERT INTO public."Migrations" VALUES ('20261122000001-audit-events');
INSERT INTO public."Migrations" VALUES ('20261122000002-mails');
INSERT INTO public."Migrations" VALUES ('20261122000003-links-of-accounts');
INSERT INTO public."Migrations" VALUES ('20261122000004-second-factors');
INSERT INTO public."Migrations" VALUES ('20261122000005-audit-anchor');
INSERT INTO public."Migrations" VALUES ('20261122000006-api-tokens-and-signing-keys');

INSERT INTO public."OneTimeLinks" VALUES ('91bfdeff-e950-4a20-b10a-8e8e7601813b', 'setup', 'ed145815207c5fdffb53f243fe66797c27c6e085cab4bdf89d4f7be1430cda27', NULL, '2026-11-27 08:29:41.856+00', '2026-11-27 07:29:46.818+00', '2026-11-27 07:29:41.857+00', NULL);
INSERT INTO public."OneTimeLinks" VALUES ('788f2006-1d8c-49cd-9b72-0be22d815514', 'verify-email', 'b461794351235b7e975fa1da363db692018081e4f77a45d3b346339b04c4c8ba', 'root@example.org', '2026-11-28 07:29:46.995+00', '2026-11-27 07:29:48.011+00', '2026-11-27 07:29:46.995+00', '7294551f-53c0-4de3-b76e-be9485d8ad38');
INSERT INTO public."OneTimeLinks" VALUES ('6ea226f2-75a4-44d9-b073-1c62900670ea', 'not-me', '5772f405ce5458430845840ac8ad529a76847769c49c02462923512cd397db7d', NULL, '2026-12-04 07:29:50.648+00', NULL, '2026-11-27 07:29:50.648+00', '7294551f-53c0-4de3-b76e-be9485d8ad38');
INSERT INTO public."OneTimeLinks" VALUES ('13fd45f9-c33f-4bca-81cc-89b9b44c695e', 'verify-email', 'af401d39232d0c11d3f13e13c27ab51f39983f4519c39c7a5658dd5c46a36b86', 'pia@example.org', '2026-11-28 07:29:51.576+00', '2026-11-27 07:29:51.702+00', '2026-11-27 07:29:51.576+00', 'fd981941-8380-4072-a897-426dc9d9b467');
INSERT INTO public."OneTimeLinks" VALUES ('4350f1ab-7f3a-48d3-8a36-976a846a90d6', 'verify-email', '562fe9ca5da8fded39d7f910c230dda4967a4f42d2e21bd543839069f1ec0ad0', 'paul@example.org', '2026-11-28 07:29:52.011+00', '2026-11-27 07:29:52.57+00', '2026-11-27 07:29:52.012+00', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278');
INSERT INTO public."OneTimeLinks" VALUES ('9147351a-6425-4797-8b86-b3292246c7c2', 'verify-email', '2e5d16b8cd71e12af71369ede06f3071cf5e4d0b43e205c775b3156f3aaaffa2', 'robbed@example.org', '2026-11-28 07:29:52.949+00', '2026-11-27 07:29:53.404+00', '2026-11-27 07:29:52.949+00', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e');
INSERT INTO public."OneTimeLinks" VALUES ('9863c99f-487f-416f-8314-ab7da685cda9', 'verify-email', '1fcfbf3d25433bebba1f814643321c35571881d4f6371be1f6e953689c9cae25', 'moving@example.org', '2026-11-28 07:29:53.848+00', '2026-11-27 07:29:54.305+00', '2026-11-27 07:29:53.848+00', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8');
INSERT INTO public."OneTimeLinks" VALUES ('756ffd7b-ef31-40e8-8377-8045d2d811cd', 'verify-email', 'a4c8f52ed829f327fea0d5f8f0f0168be96a0b5e413db7e2b49539042b39d3d9', 'was@example.org', '2026-11-28 07:29:54.724+00', '2026-11-27 07:29:55.412+00', '2026-11-27 07:29:54.724+00', '7be07595-ac87-4c3b-9646-816cad2c072e');
INSERT INTO public."OneTimeLinks" VALUES ('9cf61330-265a-449a-9d5d-abd86bd2e9cd', 'verify-email', 'b986d47d3d58ca4c74ae274fc4d3c8d29e8ed375ef1f55bfa7eb14c678e1ea97', 'forgetful@example.org', '2026-11-28 07:29:56.139+00', '2026-11-27 07:29:56.819+00', '2026-11-27 07:29:56.14+00', 'c03a096c-edb2-4dae-93c9-39d041411936');
INSERT INTO public."OneTimeLinks" VALUES ('58fc316e-0233-4853-861d-66ec34075a46', 'verify-email', 'f5c10ed32b05c7aa5441451c69be43dedd7445d0ae3ba4087f20b874cd67808b', 'guessed@example.org', '2026-11-28 07:29:57.248+00', '2026-11-27 07:29:57.445+00', '2026-11-27 07:29:57.248+00', '8f282dbb-ce7f-470d-87c8-d015dc47246e');
INSERT INTO public."OneTimeLinks" VALUES ('c9f5500a-6a22-4f7a-b182-de1a2b358477', 'verify-email', 'f8aa3ab08ef535d8e51ed26e2bd006263da3c691fadbb946e466d9b98334274e', 'disabled@example.org', '2026-11-28 07:29:57.924+00', '2026-11-27 07:29:58.245+00', '2026-11-27 07:29:57.925+00', 'b4de19f2-a5f9-42f7-92c5-1910243f2f95');
INSERT INTO public."OneTimeLinks" VALUES ('68284a67-5294-490f-8ada-8b1badad4806', 'reset-password', '20a432514fce2a0e5a7d13e5633d30436fbdf17f3ad7d12d47127645e3fd9ec6', 'paul@example.org', '2026-11-27 08:03:19.845+00', NULL, '2026-11-27 07:33:19.845+00', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278');
INSERT INTO public."OneTimeLinks" VALUES ('34688237-e839-457f-b96e-cb61a6d80baa', 'verify-email', 'aca334bc25d9c03cbe1771f7517f7856247af0b8385f1a902bb19370d73da719', 'codes@example.org', '2026-11-28 07:29:59.86+00', '2026-11-27 07:30:00.784+00', '2026-11-27 07:29:59.86+00', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303');
INSERT INTO public."OneTimeLinks" VALUES ('15398ca9-6849-49a5-8ce0-a45737e3aeba', 'verify-email', '693e79665fd12e1faa60318aa303795df560850fc9bc24d78c94e1cd08a82a03', 'unverified@example.org', '2026-11-28 07:30:01.047+00', NULL, '2026-11-27 07:30:01.063+00', '1e599fd9-88e2-4e98-83f9-13366938f7c8');
INSERT INTO public."OneTimeLinks" VALUES ('ad605bec-2818-4387-a29f-9c8c75c77694', 'verify-email', 'b3055c9ef37444a4a2463283cf22f8b384a3f3b18c1ccd774e0dcb440d75ef6c', 'refused@example.org', '2026-11-28 07:30:01.58+00', NULL, '2026-11-27 07:30:01.581+00', '4e9e3446-bacb-497f-ad42-27551b1cf74f');
INSERT INTO public."OneTimeLinks" VALUES ('999ca7a8-e577-4110-a2f5-eb2bff7e03cb', 'not-me', 'ef029c5cf5d2f7cdc11c387060e9b8939ad14d0a6c770ee181241de53042a581', NULL, '2026-12-04 07:30:06.088+00', NULL, '2026-11-27 07:30:06.088+00', 'fd981941-8380-4072-a897-426dc9d9b467');
INSERT INTO public."OneTimeLinks" VALUES ('e13e8b92-e1e2-46cd-9251-ff1ca81796f3', 'not-me', '4d69257bc073ff1b87293f92c9b00734d0e8214a2c07d1369cceece5aaf9531a', NULL, '2026-12-04 07:30:08.642+00', NULL, '2026-11-27 07:30:08.642+00', 'fd981941-8380-4072-a897-426dc9d9b467');
INSERT INTO public."OneTimeLinks" VALUES ('ec46c21a-ebc0-4ec8-8059-9f66bc50a519', 'not-me', '4f485df53b96d5bdb27a9e69c7c9d3b255337b69dd22ae789875f34aadde0b43', NULL, '2026-12-04 07:30:11.076+00', NULL, '2026-11-27 07:30:11.076+00', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303');
INSERT INTO public."OneTimeLinks" VALUES ('42da28d9-df53-4de3-87e7-7d43d322f869', 'not-me', 'be863ecfa5ef29ebbb705ba18e075ccd7066f6a0523fda2839425f5cc679068f', NULL, '2026-12-04 07:30:13.931+00', NULL, '2026-11-27 07:30:13.932+00', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278');
INSERT INTO public."OneTimeLinks" VALUES ('133e45ca-0b6c-407d-bb1e-0795b2b3ec61', 'not-me', 'b990e02323380679557aa6685191af1a4bd59981167f72d757963943fdda19bc', NULL, '2026-12-04 07:30:16.121+00', NULL, '2026-11-27 07:30:16.122+00', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278');
INSERT INTO public."OneTimeLinks" VALUES ('01ea3da9-17f0-4307-9bfd-c63e2409ab4d', 'not-me', 'a8e17d28234714bcc6551f64c7c7e5ad4235f07affb66db91c3b635769bf3e6a', NULL, '2026-12-04 07:30:18.716+00', NULL, '2026-11-27 07:30:18.716+00', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e');
INSERT INTO public."OneTimeLinks" VALUES ('3c494309-6929-43e1-be31-8426f705168a', 'confirm-new-email', '26c673b0125abc5b77a4af3e845c347ffd1cce2f2af152240ffca3d865e52487', 'moved@example.org', '2026-11-28 07:30:20.448+00', NULL, '2026-11-27 07:30:20.451+00', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8');
INSERT INTO public."OneTimeLinks" VALUES ('ec43b954-9e69-402d-b93b-0e635aa9829f', 'not-me', 'c4c390708f13fd0ec28ea0e56a2da8ba7319d9b622568dff8c5928778e10a99a', NULL, '2026-12-04 07:30:20.555+00', NULL, '2026-11-27 07:30:20.555+00', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8');
INSERT INTO public."OneTimeLinks" VALUES ('5b84e7f6-e411-40d1-9278-957e8436b1ac', 'not-me', 'e07d957d98aa032840ad164e8552770e61385c1874f19c5d31c4736368ccf73a', NULL, '2026-12-04 07:30:22.376+00', NULL, '2026-11-27 07:30:22.377+00', '7be07595-ac87-4c3b-9646-816cad2c072e');
INSERT INTO public."OneTimeLinks" VALUES ('8330a4ea-0eb3-45f1-959b-1afd59988850', 'confirm-new-email', 'e8f527c16bcf4cc05e1c42b9447c8a7455e7fb47f05f1854923eaff2e93c641c', 'is@example.org', '2026-11-28 07:30:22.311+00', '2026-11-27 07:30:23.11+00', '2026-11-27 07:30:22.311+00', '7be07595-ac87-4c3b-9646-816cad2c072e');
INSERT INTO public."OneTimeLinks" VALUES ('225ce18e-971e-434d-b516-91449750142b', 'undo-email-change', '29ae30375ac4e2d7caf4956ca7fcae53aa46a9a13a5531d8c6ef1f54db159ce1', 'was@example.org', '2026-12-04 07:30:23.229+00', NULL, '2026-11-27 07:30:23.229+00', '7be07595-ac87-4c3b-9646-816cad2c072e');
INSERT INTO public."OneTimeLinks" VALUES ('6f7d1364-6873-4f78-b2f5-4e16f52ee383', 'not-me', '6ee0fbf3619ec4191ee0ddc847dff655fd4325b1ad2c1fd381b58f6ec75cb12a', NULL, '2026-12-04 07:30:23.244+00', NULL, '2026-11-27 07:30:23.244+00', '7be07595-ac87-4c3b-9646-816cad2c072e');
INSERT INTO public."OneTimeLinks" VALUES ('b4002acd-6bb2-405e-8bb9-ae6951d97d33', 'reset-password', '7e4c5560e52529e2596d5efb9421e46db745d2f20c4d14525da95ba7a38532b7', 'forgetful@example.org', '2026-11-27 08:00:24.079+00', NULL, '2026-11-27 07:30:24.08+00', 'c03a096c-edb2-4dae-93c9-39d041411936');
INSERT INTO public."OneTimeLinks" VALUES ('dfd85209-74bf-4a37-af98-ac25315ea13b', 'not-me', 'cef84dc7c04fbd74c17f1718e20a91ead98baa4faf3e98f8558bb99a013a7bb3', NULL, '2026-12-04 07:30:28.831+00', NULL, '2026-11-27 07:30:28.832+00', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278');
INSERT INTO public."OneTimeLinks" VALUES ('47ff0388-63f6-4483-a7d3-7eedc83f50ca', 'invitation', '436a8b756223517cb12649f23c3101ba6a6f692a7916129dc259d7f04cb6a6ed', 'guest@example.org', '2026-12-04 07:31:49.492+00', NULL, '2026-11-27 07:31:49.5+00', NULL);
INSERT INTO public."OneTimeLinks" VALUES ('a93e343e-a76e-4c47-a3b6-01fc77f83c39', 'not-me', 'e7b547e783124ea8382201718420c8bdeab508bc1c447ab6c1e658e3bdfe223d', NULL, '2026-12-04 07:33:19.277+00', NULL, '2026-11-27 07:33:19.277+00', '7294551f-53c0-4de3-b76e-be9485d8ad38');
INSERT INTO public."OneTimeLinks" VALUES ('0fed9e0a-9c87-4075-9f0b-577cbd3d0a3b', 'not-me', '2924e5d6de3b318328326cb2b143848cbcc943a16efe43b7a37780a8bb8f9cac', NULL, '2026-12-04 07:33:19.648+00', NULL, '2026-11-27 07:33:19.648+00', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8');

INSERT INTO public."Passkeys" VALUES ('01f5b89a-da0f-44fb-8148-c69999c12894', 'fd981941-8380-4072-a897-426dc9d9b467', '30YLvnWcsf-ZeFq2N74sldOeDg9eS5qouN640heczPw', 'pQECAyYgASFYIDcXxrG2CUo2R58s3xn9tEgKJ8JAGM9-hVkgvNIbGifEIlggj8Zlmyc62MwwmCWTDc8cWnjg0pmdF0zTMkFSo7ThYKc', 2, '["internal","hybrid"]', 'Key of 2026', false, '2026-11-27 07:30:08.268+00', '2026-11-27 07:30:05.884+00');
INSERT INTO public."Passkeys" VALUES ('1cb165c0-47ad-4fd3-a067-2e66d9674f70', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'K9wfAyM0l1JS6GN_lm3hp2VtSUfT8HzwoMULG65AIrI', 'pQECAyYgASFYIIcjDXt4wzxjPZkudSRpO8A4TOafOMNMmLERU7tmrYezIlgg4y_7HYfc1ALHc9_34_i4hLSR9zUQkJ-sYT32ca3nmj8', 1, '["internal","hybrid"]', 'Lost key', false, NULL, '2026-11-27 07:30:10.795+00');

INSERT INTO public."RateLimits" VALUES ('mails-address:pFQYveOVfq91Liomp65nxO_FyevxKsX5YI-FIsdcB5M', 1, 1795765520379);
INSERT INTO public."RateLimits" VALUES ('login-account:7CJX8C2wqmnsS0IPUxYrGigl3YKxYXyuL0_k5_qbs9w', 0, 1795765521373);
INSERT INTO public."RateLimits" VALUES ('mails-address:sKcG6LLyU4Bm6K12wX2xsXQ4q-MG_MJbP04e4AddMD0', 1, 1795765522216);
INSERT INTO public."RateLimits" VALUES ('links-client:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 12, 1795765487972);
INSERT INTO public."RateLimits" VALUES ('mails-address:P_Ux8HlL3hvq5B6DUYE9c_MILDmyDdclvWT491kmWcQ', 1, 1795765523933);
INSERT INTO public."RateLimits" VALUES ('register-client:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 13, 1795765483279);
INSERT INTO public."RateLimits" VALUES ('login-account:gX9odYm3OX_heSx2ewSfDj6wbvtij7ji_2Gij29yRZQ', 0, 1795765501876);
INSERT INTO public."RateLimits" VALUES ('pending-login:wCfhXlIwHcFz5b2YnwBHREeaz6ptSizos6LmCyr_muE', 1, 1795768208027);
INSERT INTO public."RateLimits" VALUES ('login-account-client:b2D7KZ8pBkjhDdvlvsks3lU3w83rcVwpYwJRq-vMYIY', 5, 1795765524434);
INSERT INTO public."RateLimits" VALUES ('login-account:ottC7Xuvk-nY4jXsZdg5T7z3Wd7asD0rWg37KbEaSh0', 0, 1795765509123);
INSERT INTO public."RateLimits" VALUES ('login-account:EqVqThjk_edM8hWv02XGsZyz7vx3L-Pm1wT1e0wi8UQ', 5, 1795765524442);
INSERT INTO public."RateLimits" VALUES ('login-account:5jxObyLbiO2rea5bxZtApu38KtFDlrDI15aXbdTbSi4', 0, 1795765511942);
INSERT INTO public."RateLimits" VALUES ('login-account:SafZl_sC6EgWbRX77Yn3OUEOMsyjsOgu-aO0LASsNTY', 0, 1795765488372);
INSERT INTO public."RateLimits" VALUES ('login-account:TcnkhGpFGsBZjqnQy-LTnwB6CqdQarw1H-WRsT4s77w', 0, 1795765516828);
INSERT INTO public."RateLimits" VALUES ('pending-login:TAB4N0hALGfdRyhG4UQ3HeW1uSe_BI9MZBJSMKLjzW0', 1, 1795768398768);
INSERT INTO public."RateLimits" VALUES ('login-account:6L5uSutpF6mNisjSKIDnn0NctKbn0XoZTCSCK3_dO9E', 0, 1795765519360);
INSERT INTO public."RateLimits" VALUES ('login-client:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 5, 1795765488319);
INSERT INTO public."RateLimits" VALUES ('mails-client:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 4, 1795765520342);
INSERT INTO public."RateLimits" VALUES ('mails-address:5jxObyLbiO2rea5bxZtApu38KtFDlrDI15aXbdTbSi4', 1, 1795765699744);
INSERT INTO public."RateLimits" VALUES ('challenge-client:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 1, 1795765699830);

INSERT INTO public."RecoveryCodes" VALUES ('430085ae-1148-42f7-b8ad-65d32ca6dcc8', '7294551f-53c0-4de3-b76e-be9485d8ad38', '0824e2fc2c1167eee9f36921cb4bbe8c8b423f7ad02840f46d38057c4cdab6b4', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('36196684-b33b-4354-85c4-3ae5a27dcd2d', '7294551f-53c0-4de3-b76e-be9485d8ad38', '096a6c1d28d624ad7507656a3eb24994184e4e28ee7d6526a670cb79d731e033', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('d2a8d033-b468-46c3-b348-fc4486574003', '7294551f-53c0-4de3-b76e-be9485d8ad38', '18cfdb06b91dcef19d5ef4b812bd99f29121e96b8f40282239b4cd4151457fee', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('0b0f9d1d-f65b-4950-b21f-a6a765c00f52', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'daa6ffb0d4e87f50493149a87880adc962497df5426461efa2d186c0917dc6b2', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('fd010cbf-a432-4292-a1bc-100b01deb150', '7294551f-53c0-4de3-b76e-be9485d8ad38', '40384f6299314965d4653a8588bd8d3101e2d0d075b053ee3ea97e94880ee60b', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('6626085a-2211-4a4c-a438-fe500cca6c4c', '7294551f-53c0-4de3-b76e-be9485d8ad38', '6a21448c8354f9930c0e3df709f2a305547f0747088acfb0de5b4e59e4369272', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('c0211d04-47a7-4324-896b-1c93df0274fc', '7294551f-53c0-4de3-b76e-be9485d8ad38', '2279e818bd700949771552bc2c8c8ee6311e00108cbabf728dd0e912bdfdfacd', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('70fc7891-31b4-4e57-bafe-72612dedcba7', '7294551f-53c0-4de3-b76e-be9485d8ad38', 'f260ecb5ec46f7dec9a077629ead7aac4263d09f87e119cf753023a5fa5297a4', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('7cf2506c-92ab-4cd0-8b88-feffad3aa3b1', '7294551f-53c0-4de3-b76e-be9485d8ad38', '079028c7b89c7d618ce4fe0dbae1709877fdf527c09a3a575c6a506e943254fb', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('b4227665-9070-40f9-930b-d219e55c9d36', '7294551f-53c0-4de3-b76e-be9485d8ad38', '042f4a9414d3868df5b1f1635bbcdda8bc2f3da18ee8a1da0a2e2873be78a1a6', NULL, '2026-11-27 07:29:50.687+00');
INSERT INTO public."RecoveryCodes" VALUES ('a74f8041-f719-44a0-8168-52d0f173af73', 'fd981941-8380-4072-a897-426dc9d9b467', 'd992425321c8ecf0e092e6b141863efc4addbcba6819b7f27e8bfea6e95460a2', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('cf3f5427-ac9f-4427-9f1d-30d240c2cfc4', 'fd981941-8380-4072-a897-426dc9d9b467', '1cfb1e3da1701a5fce10aca13eb02441f514f15eec04b4544bc758a5f059d0b2', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('cb533b0b-bf1a-4628-8889-5405eca83d95', 'fd981941-8380-4072-a897-426dc9d9b467', 'b7015fdc98045d2373cb40eec27cb559cd1d3bb873cd6959bf1d9df5ae30373b', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('8410d13e-52f9-432b-a2f6-166be18580bc', 'fd981941-8380-4072-a897-426dc9d9b467', '94a2c5ec6b74efd533efa6c9187b8a3ffde69323ee34ca3337b8e9f0148243dc', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('b95e8fee-e644-4941-8641-f1e4177cb6ee', 'fd981941-8380-4072-a897-426dc9d9b467', '4d251f9db2fe78e8ccd0826dc4dcd8be861fcd9ed2b3ac6a9b3dc5ace1e247b6', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('57300698-f1df-4633-b003-46c8f93bc3c6', 'fd981941-8380-4072-a897-426dc9d9b467', 'fcde784d5e283fef73878225ae2deedf44420424830e20eb7b47828794f34777', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('9b15a128-24f0-422d-8d26-3033eb84ca6a', 'fd981941-8380-4072-a897-426dc9d9b467', '79f1847ae13001ddb298c294438be8f1d6221f1f405d08f6b9f9445c0f8a5a77', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('9bc0e112-b81e-49b3-b5e0-9be7dbc3d7d0', 'fd981941-8380-4072-a897-426dc9d9b467', '39b99bbbbd1cb6266d7c6c1f1c33a5acfeefd9468ef3b686cf7dffb2867b5b88', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('a7fd16a3-5594-409e-84eb-9469eb2c1392', 'fd981941-8380-4072-a897-426dc9d9b467', '5f17ed8af6d328e06b28e114dbdc0eeb186c2a03c58be16082e43eb00090a456', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('f531b1f2-aed8-4e62-a82a-a1db0efdc1e6', 'fd981941-8380-4072-a897-426dc9d9b467', '2bb289a841f7fcdbed40a7b0f24b6ebd97209e3fa8a0191fa9d05919344c89c6', NULL, '2026-11-27 07:30:06.249+00');
INSERT INTO public."RecoveryCodes" VALUES ('cc4a9aaf-38d1-4904-baa5-694a27d79797', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'dc1f3e65d1b764422b8a931c64dbbbd613b1d2a934308693ff9034f80cb7c348', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('16fb0c1a-bf07-4198-9119-9a6ccdea84e9', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '9d390ee376c7ab048b1fd529cacd545034b2d89fb10abd05d6d9518f88c70a0e', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('71dd6ff4-98f9-48a4-927c-e9c0bf95ba71', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '995cffeb8cc6753b92ce2411e3468b8fbe76f47e7feb66e1626a7d7106772a99', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('4c34185d-efb2-4c16-b974-a929128a4024', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '58aa2daba8802a9b05b0db26153ce8eeba3ed2e5f0475decca71751aace6caee', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('3d5eef27-bf82-48cf-ba14-8aca9cb0579f', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'f396831dea65ce1c9d9194cec59854ba915cd52aaa68b83dc8fabe79b49a7599', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('e2c260ce-2b1a-449e-9f29-eadbec7a9089', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'c8826cbac5163e0fb9eaaf794efeb8ceecebe803f06cf1446f388718fce66fed', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('06d5c999-2676-4daa-9bfd-5aba843a2a2b', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'e36a8eac176688c5431b9eb06811f9d2bbaa201f5d3e840658d1e97425ec9440', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('833a8dac-8b0b-48fc-8c82-4a2755c14a0a', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '8d827c3cdeb12ee753d4ee068c39687d35cdae6606020dec02f80c864d3888fd', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('43a51427-6d9b-4ef5-8971-1d5084344d3b', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '5e506b9c87dc2d24a128608622e05986159c706c03ae2c44e23bf15cc50caae1', NULL, '2026-11-27 07:30:11.223+00');
INSERT INTO public."RecoveryCodes" VALUES ('673a02e8-985e-4624-912b-f0ca042e9e3a', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'c4b2762babde854df3b741ea381112a16fcf1e4fd0fed9004ff6c4a9fe0507ae', NULL, '2026-11-27 07:30:11.223+00');

INSERT INTO public."Roles" VALUES ('bc40988d-8d3a-460e-95fd-513d5628e413', 'admin', 'May do everything', '["users:read","users:write","roles:read","roles:write","sessions:read","sessions:write","audit:read"]', true, '2026-11-27 07:29:36.448+00', '2026-11-27 07:29:36.448+00');
INSERT INTO public."Roles" VALUES ('da2032fc-6d76-429d-b51c-9e69b853e7c4', 'user', 'An ordinary account', '[]', true, '2026-11-27 07:29:36.448+00', '2026-11-27 07:29:36.448+00');
INSERT INTO public."Roles" VALUES ('503b106a-59e4-4bb6-a5c8-c498c84ee8b0', 'auditor', 'Reads the log', '["audit:read"]', false, '2026-11-27 07:30:27.282+00', '2026-11-27 07:30:27.282+00');

INSERT INTO public."Sessions" VALUES ('v-UOWBt2k9RsOkjeG970zhJ68zLqBCk0', '68418ddb-73f2-47d2-b5cb-c355e1c11f29', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '{"auth":{"at":1795764612430,"factors":["password"]},"passport":{"user":"1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278"}}', 1, '3c1e948105a2e6b5', true, '2026-11-27 07:30:12.431+00', '2026-11-27 07:30:12.431+00', '2026-11-28 07:30:12.431+00', '2026-11-28 07:30:12.431+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('_IerGD9oali_gqPj-FqRLXX4R4ka9B_E', '3b530bb4-a747-4815-84d4-b718cc40f92a', NULL, '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:29:51.113+00', '2026-11-27 07:29:51.113+00', '2026-11-27 07:29:51.113+00', '2026-11-27 07:29:51.113+00', NULL, NULL, '2026-11-27 07:29:51.113+00', 'replaced');
INSERT INTO public."Sessions" VALUES ('Z6aQd4GTjbRBZIFvxM8Hy9TryGoOyrZW', 'f08ac890-05c2-4622-9401-c691d1a891a9', '7294551f-53c0-4de3-b76e-be9485d8ad38', '{"auth":{"at":1795764588553,"factors":["password","totp"]},"passport":{"user":"7294551f-53c0-4de3-b76e-be9485d8ad38"}}', 2, '3c1e948105a2e6b5', false, '2026-11-27 07:29:48.555+00', '2026-11-27 07:29:48.555+00', '2026-11-28 07:29:48.555+00', '2026-11-28 07:29:48.555+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('B-pSxxVE9FTtTzfdBP08cX8QfJTuNJaY', 'ed0b0580-cdd9-4b9b-9ccb-29283355135e', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '{"auth":{"at":1795764613794,"factors":["password"]},"remember":true,"passport":{"user":"1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278"}}', 1, '3c1e948105a2e6b5', true, '2026-11-27 07:30:13.794+00', '2026-11-27 07:30:13.794+00', '2026-12-27 07:30:13.794+00', '2026-12-27 07:30:13.794+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('9haWvQYNQJOPbfHwDWCeIqYMIMpDtknU', '3a50bb6d-bec2-412f-8ca8-32c706c426db', NULL, '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:06.515+00', '2026-11-27 07:30:06.515+00', '2026-11-27 07:30:06.515+00', '2026-11-27 07:30:06.515+00', NULL, NULL, '2026-11-27 07:30:06.515+00', 'replaced');
INSERT INTO public."Sessions" VALUES ('_ECaKfLA4bqDTPnbMfQ9mRz3jnOhKsxR', '6715498c-5f97-4c39-9e78-4bada44ccf91', 'fd981941-8380-4072-a897-426dc9d9b467', '{"auth":{"at":1795764602141,"factors":["password","passkey"]},"passport":{"user":"fd981941-8380-4072-a897-426dc9d9b467"}}', 2, '3c1e948105a2e6b5', false, '2026-11-27 07:30:02.141+00', '2026-11-27 07:30:02.141+00', '2026-11-28 07:30:02.141+00', '2026-11-28 07:30:02.141+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('2fNBDiwZOa7gOkII35qohVsQ-GYdtbzt', '31cc66f6-ad03-4586-a6c5-2f4d57053533', NULL, '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:07.277+00', '2026-11-27 07:30:07.277+00', '2026-11-27 07:30:08.334+00', '2026-11-27 07:40:07.277+00', '127.0.0.1', NULL, '2026-11-27 07:30:08.334+00', 'replaced');
INSERT INTO public."Sessions" VALUES ('WNOUYMdyPbU5TGqL_ityknvcNPuZdh9u', 'd994de6f-da3e-4916-8077-0668ca3c260e', 'fd981941-8380-4072-a897-426dc9d9b467', '{"auth":{"at":1795764608331,"factors":["password","passkey"]},"remember":true,"passport":{"user":"fd981941-8380-4072-a897-426dc9d9b467"}}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:08.356+00', '2026-11-27 07:30:08.356+00', '2026-12-27 07:30:08.356+00', '2026-12-27 07:30:08.356+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('HP-a5MMeZ_4XSLddq6-0GikO7m1VSK8L', '653bfaa3-7144-48e6-8986-8365adbc7b6a', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '{"auth":{"at":1795764628567,"factors":["password"]},"remember":true,"passport":{"user":"1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278"}}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:28.567+00', '2026-11-27 07:30:28.567+00', '2026-12-27 07:30:28.567+00', '2026-12-27 07:30:28.567+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('ANAls1DNCOWDagmkc2qhMgp5sGCXAk1y', '549240da-98c4-48c4-ac39-2786ef071659', NULL, '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:11.325+00', '2026-11-27 07:30:11.325+00', '2026-11-27 07:30:11.325+00', '2026-11-27 07:30:11.325+00', NULL, NULL, '2026-11-27 07:30:11.325+00', 'replaced');
INSERT INTO public."Sessions" VALUES ('Z49Llb7_O5ZUJHwhI-GQGsE1d3X2IoAr', '5e465c53-8687-4904-87db-51b3c9b803b5', '189bfe0f-2b7b-4f99-9a00-ec6e75e73303', '{"auth":{"at":1795764609512,"factors":["password","passkey"]},"passport":{"user":"189bfe0f-2b7b-4f99-9a00-ec6e75e73303"}}', 2, '3c1e948105a2e6b5', false, '2026-11-27 07:30:09.512+00', '2026-11-27 07:30:09.512+00', '2026-11-28 07:30:09.512+00', '2026-11-28 07:30:09.512+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('plpmlpnV8B5C_V7XYa0sERrludwYHgNj', '9d03a5f8-60a5-4696-ba37-a438b94574c3', '1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:15.787+00', '2026-11-27 07:30:15.787+00', '2026-11-27 07:30:16.418+00', '2026-11-28 07:30:15.787+00', '127.0.0.1', NULL, '2026-11-27 07:30:16.418+00', 'signed-out');
INSERT INTO public."Sessions" VALUES ('N9XT9O0K6KqJe9vRsOXeQnwe_5JSr0Hg', 'd4deca56-e4c2-4ad7-9d0c-a870c1d594b2', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', '{"auth":{"at":1795764617208,"factors":["password"]},"passport":{"user":"ef6d963e-9a65-46f5-baf4-bcee5eedca7e"}}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:17.209+00', '2026-11-27 07:30:17.209+00', '2026-11-28 07:30:17.209+00', '2026-11-28 07:30:17.209+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('GDb3rp60JKNJxysGGDOWGELkejlDxrRf', 'ab6806b7-de44-469a-9521-caf2aa90efa0', 'ef6d963e-9a65-46f5-baf4-bcee5eedca7e', '{"auth":{"at":1795764618279,"factors":["password"]},"passport":{"user":"ef6d963e-9a65-46f5-baf4-bcee5eedca7e"}}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:18.28+00', '2026-11-27 07:30:18.28+00', '2026-11-28 07:30:18.28+00', '2026-11-28 07:30:18.28+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('o9tBKJlKqcJsZyNszOMkzlr6oxx9lYz8', 'ab57f179-2775-4fcb-a6f3-06ba01f152f6', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', '{"auth":{"at":1795764619860,"factors":["password"]},"passport":{"user":"be2e3d97-1e85-4273-9473-f9f7d7e131a8"}}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:19.86+00', '2026-11-27 07:30:19.86+00', '2026-11-28 07:30:19.86+00', '2026-11-28 07:30:19.86+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('ntYoyzw7_rO4-JRpTMZoWxt9lsi2h5Ax', '08909c29-b562-47ee-8790-c3138195c624', '7be07595-ac87-4c3b-9646-816cad2c072e', '{}', 1, '3c1e948105a2e6b5', false, '2026-11-27 07:30:21.706+00', '2026-11-27 07:30:21.706+00', '2026-11-27 07:30:23.224+00', '2026-11-28 07:30:21.706+00', '127.0.0.1', NULL, '2026-11-27 07:30:23.224+00', 'email-changed');
INSERT INTO public."Sessions" VALUES ('oxT-GxUsUNQEqhIzRCXKJDF-b-aYHcax', '83291bcc-2d7a-43d7-a619-2c4c7ab7bf67', NULL, '{"pendingLogin":{"userId":"7294551f-53c0-4de3-b76e-be9485d8ad38","factors":["password"],"at":1795764766850,"remember":false,"accountMark":"SH9P38pZS6iZDNp2348jG8SXH2TZ-0BZzDVz1gU4_JI"}}', 1, '2bc61f9348a4cae2', false, '2026-11-27 07:32:46.85+00', '2026-11-27 07:32:46.85+00', '2026-11-27 07:42:46.85+00', '2026-11-27 07:42:46.85+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('zlbro2bWXZlYENG2ue6AFFbaP-fj3_p1', 'fc37220c-70c6-456a-bf6b-37c5a6e16c0e', NULL, '{}', 1, '2bc61f9348a4cae2', false, '2026-11-27 07:33:18.672+00', '2026-11-27 07:33:18.672+00', '2026-11-27 07:33:18.895+00', '2026-11-27 07:43:18.672+00', '127.0.0.1', NULL, '2026-11-27 07:33:18.895+00', 'replaced');
INSERT INTO public."Sessions" VALUES ('oXoQ-VHL_2NUT4yYfkAjR9PZLEiObfve', 'decc6da8-b0cb-4ac9-9f96-757cbd7ef53e', '7294551f-53c0-4de3-b76e-be9485d8ad38', '{"auth":{"at":1795764798894,"factors":["password","totp"]},"passport":{"user":"7294551f-53c0-4de3-b76e-be9485d8ad38"}}', 1, '2bc61f9348a4cae2', false, '2026-11-27 07:33:18.937+00', '2026-11-27 07:33:18.937+00', '2026-11-28 07:33:18.937+00', '2026-11-28 07:33:18.937+00', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public."Sessions" VALUES ('x_P8ix_tA6p2xNhSz9bRzkI0pIh0gOZi', '99f9f56d-ea49-4923-bcd3-ec17ec6b6309', 'be2e3d97-1e85-4273-9473-f9f7d7e131a8', '{"auth":{"at":1795764799552,"factors":["password"]},"passport":{"user":"be2e3d97-1e85-4273-9473-f9f7d7e131a8"}}', 1, '2bc61f9348a4cae2', false, '2026-11-27 07:33:19.553+00', '2026-11-27 07:33:19.553+00', '2026-11-28 07:33:19.553+00', '2026-11-28 07:33:19.553+00', '127.0.0.1', NULL, NULL, NULL);

INSERT INTO public."SigningKeys" VALUES (2, 'lAh6IWnWqJkmWIxfOoUwALjcY993x1L0ZOsWOCP5hOY', '{"crv":"Ed25519","x":"mK12xtozQ9g6f2TQtSHcai7Yfz5Gi3WLU_MyfAohzgY","kty":"OKP"}', 'v1.3V-WKmSj.r-K_h1rPALr6h9soXUYYm6fomcIVb_xecJpXeWSnyjMMF2luu3MYFnyfnV_e-35C9PlA-7thsl6et3ZJ2vwYIhhor-pGdhEBZr3tcZyGyJtdScuIpkEl9VQrisrk-tPTyqKyyJM0Wl2R0JhAehJNX-ycLbCsdHhUBSh55M9-w1J6GAC-zdFMoTeGPEOO4n7L-2OSnYZghZfP8lxpUA', '2026-11-27 07:31:13.853+00', NULL);
INSERT INTO public."SigningKeys" VALUES (1, '6St1DSBELkt_fTOl0O1wd4OOUuNgEsrQ6qAwvSwfuLI', '{"crv":"Ed25519","x":"2I1FF4qewxzAY9iAi5Ic3S_Yar0epQTMtrbD56L1eVM","kty":"OKP"}', NULL, '2026-11-27 07:29:40.937+00', NULL);

INSERT INTO public."TotpSecrets" VALUES ('7294551f-53c0-4de3-b76e-be9485d8ad38', 'v1.3V-WKmSj.JbBBHqm08TuNCQkfksQEYGSch25fnIv1lTd8xftsdY5lrNJAqT5mtwt5C2RiLlbKIrrfl6vTBlX45cBi', '2026-11-27 07:29:50.424+00', 59858826, '2026-11-27 07:29:49.57+00');

INSERT INTO public."UserRoles" VALUES ('7294551f-53c0-4de3-b76e-be9485d8ad38', 'bc40988d-8d3a-460e-95fd-513d5628e413', '2026-11-27 07:29:46.981+00', '2026-11-27 07:29:46.981+00');
INSERT INTO public."UserRoles" VALUES ('fd981941-8380-4072-a897-426dc9d9b467', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:51.552+00', '2026-11-27 07:29:51.552+00');
INSERT INTO public."UserRoles" VALUES ('1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:51.973+00', '2026-11-27 07:29:51.973+00');
INSERT INTO public."UserRoles" VALUES ('ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:52.936+00', '2026-11-27 07:29:52.936+00');
INSERT INTO public."UserRoles" VALUES ('be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:53.825+00', '2026-11-27 07:29:53.825+00');
INSERT INTO public."UserRoles" VALUES ('7be07595-ac87-4c3b-9646-816cad2c072e', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:54.576+00', '2026-11-27 07:29:54.576+00');
INSERT INTO public."UserRoles" VALUES ('c03a096c-edb2-4dae-93c9-39d041411936', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:56.094+00', '2026-11-27 07:29:56.094+00');
INSERT INTO public."UserRoles" VALUES ('8f282dbb-ce7f-470d-87c8-d015dc47246e', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:57.18+00', '2026-11-27 07:29:57.18+00');
INSERT INTO public."UserRoles" VALUES ('b4de19f2-a5f9-42f7-92c5-1910243f2f95', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:57.896+00', '2026-11-27 07:29:57.896+00');
INSERT INTO public."UserRoles" VALUES ('189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:29:59.808+00', '2026-11-27 07:29:59.808+00');
INSERT INTO public."UserRoles" VALUES ('1e599fd9-88e2-4e98-83f9-13366938f7c8', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:30:00.989+00', '2026-11-27 07:30:00.989+00');
INSERT INTO public."UserRoles" VALUES ('4e9e3446-bacb-497f-ad42-27551b1cf74f', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:30:01.522+00', '2026-11-27 07:30:01.522+00');
INSERT INTO public."UserRoles" VALUES ('1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', '503b106a-59e4-4bb6-a5c8-c498c84ee8b0', '2026-11-27 07:30:27.819+00', '2026-11-27 07:30:27.819+00');
INSERT INTO public."UserRoles" VALUES ('6f9f4d42-1262-447a-90e8-74d0967c9d89', 'da2032fc-6d76-429d-b51c-9e69b853e7c4', '2026-11-27 07:32:30.011+00', '2026-11-27 07:32:30.011+00');

INSERT INTO public."Users" VALUES ('7294551f-53c0-4de3-b76e-be9485d8ad38', 'root@example.org', NULL, 'root of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$3zSIJh/7BXnhpc5JDc0Z7OHqA41FpHAi8uPc0kHA7lpValc9lgCDe', NULL, '2026-11-27 07:29:46.939+00', '2026-11-27 07:29:48.041+00', '2026-11-27 07:29:48.041+00', '2026-11-27 07:29:48.726+00');
INSERT INTO public."Users" VALUES ('c03a096c-edb2-4dae-93c9-39d041411936', 'forgetful@example.org', NULL, 'forgetful of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$.aa/ohzR7QanjT/Db5d/8eJtAMehepijLymnGFNQ6kd8K8tQQcJey', NULL, '2026-11-27 07:29:55.98+00', '2026-11-27 07:29:56.834+00', '2026-11-27 07:29:56.834+00', NULL);
INSERT INTO public."Users" VALUES ('8f282dbb-ce7f-470d-87c8-d015dc47246e', 'guessed@example.org', NULL, 'guessed of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$3xRmwnXwhxQiqwGJZfevRO/q3cYzIe/oFsm/V47/AOup2pTcf.vya', NULL, '2026-11-27 07:29:57.076+00', '2026-11-27 07:29:57.458+00', '2026-11-27 07:29:57.457+00', NULL);
INSERT INTO public."Users" VALUES ('1e599fd9-88e2-4e98-83f9-13366938f7c8', 'unverified@example.org', NULL, 'unverified of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$0UWCgizS0J0J8uJ4cCclHeqFkz9fG3oL.n7H.x69y/oaSbhBoRv0y', NULL, '2026-11-27 07:30:00.961+00', '2026-11-27 07:30:00.961+00', NULL, NULL);
INSERT INTO public."Users" VALUES ('4e9e3446-bacb-497f-ad42-27551b1cf74f', 'refused@example.org', NULL, 'refused of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$AuHVL6wGUGfQ3msxS555Hu.Lff9sp8CshaUMB2Ob.7NJTC6/nPqru', NULL, '2026-11-27 07:30:01.43+00', '2026-11-27 07:30:01.43+00', NULL, NULL);
INSERT INTO public."Users" VALUES ('fd981941-8380-4072-a897-426dc9d9b467', 'pia@example.org', NULL, 'pia of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$9tErDyLmWGJevaURMV6JU.aDM96SyiQ2DHeoHimNBndC6miDydtEW', NULL, '2026-11-27 07:29:51.488+00', '2026-11-27 07:29:51.728+00', '2026-11-27 07:29:51.728+00', '2026-11-27 07:30:02.264+00');
INSERT INTO public."Users" VALUES ('189bfe0f-2b7b-4f99-9a00-ec6e75e73303', 'codes@example.org', NULL, 'codes of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$T7C8kH5gN5T33w2tghGJse1ThT2EMJpBlA5ziYWVawJfcQ6DXFQOG', NULL, '2026-11-27 07:29:59.672+00', '2026-11-27 07:30:00.83+00', '2026-11-27 07:30:00.83+00', '2026-11-27 07:30:09.787+00');
INSERT INTO public."Users" VALUES ('1b8b6ba0-a4fa-49a0-bff8-ae7c9cecb278', 'paul@example.org', 'paul', 'paul of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$jyRxpuPlt8xV3kQKYXy8U.lxj0EpFrolZ719ZK24./n/uRDl/oboK', NULL, '2026-11-27 07:29:51.911+00', '2026-11-27 07:29:52.589+00', '2026-11-27 07:29:52.589+00', '2026-11-27 07:30:12.781+00');
INSERT INTO public."Users" VALUES ('ef6d963e-9a65-46f5-baf4-bcee5eedca7e', 'robbed@example.org', NULL, 'robbed of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$C7aBScHHUF42ABzZSWdeqO83uoIkjwdyrnT/wFVtV0aTGz2x77aai', NULL, '2026-11-27 07:29:52.878+00', '2026-11-27 07:29:53.517+00', '2026-11-27 07:29:53.516+00', '2026-11-27 07:30:17.369+00');
INSERT INTO public."Users" VALUES ('be2e3d97-1e85-4273-9473-f9f7d7e131a8', 'moving@example.org', NULL, 'moving of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$yBS07mOK2b0RSgMl15C4Negasc9eYgeBwTYuQEDYmNO6cOcEDQ15C', NULL, '2026-11-27 07:29:53.746+00', '2026-11-27 07:29:54.345+00', '2026-11-27 07:29:54.344+00', '2026-11-27 07:30:20.084+00');
INSERT INTO public."Users" VALUES ('7be07595-ac87-4c3b-9646-816cad2c072e', 'is@example.org', NULL, 'was of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$ha.uuKnFJrI6xGxgpb6YYOO05LBSvLALsi0MJjfQkgoz7E5vwLCqm', NULL, '2026-11-27 07:29:54.521+00', '2026-11-27 07:30:23.207+00', '2026-11-27 07:30:23.206+00', '2026-11-27 07:30:21.941+00');
INSERT INTO public."Users" VALUES ('b4de19f2-a5f9-42f7-92c5-1910243f2f95', 'disabled@example.org', NULL, 'disabled of 2026', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$TSrn6VMsihbD4fgbYSnreOVmEBKgEHArfbDWR7Fdltj.ohCpDxcYi', '2026-11-27 07:30:26.683+00', '2026-11-27 07:29:57.816+00', '2026-11-27 07:30:26.683+00', '2026-11-27 07:29:58.333+00', NULL);
INSERT INTO public."Users" VALUES ('6f9f4d42-1262-447a-90e8-74d0967c9d89', 'made@example.org', NULL, 'Made by hand', '$bcrypt-hmac-sha384$v=1,k=public$2b$04$js146MyvzXtbB1dgpCvDYu1rUHRLBLARTb1nfbto5efaCK6zBzFUa', NULL, '2026-11-27 07:32:29.797+00', '2026-11-27 07:32:29.797+00', NULL, NULL);

ALTER TABLE ONLY public."ApiTokens"
    ADD CONSTRAINT "ApiTokens_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."AuditAnchors"
    ADD CONSTRAINT "AuditAnchors_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."AuditEvents"
    ADD CONSTRAINT "AuditEvents_pkey" PRIMARY KEY (seq);

ALTER TABLE ONLY public."AuditHeads"
    ADD CONSTRAINT "AuditHeads_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."AuthenticatorFailures"
    ADD CONSTRAINT "AuthenticatorFailures_pkey" PRIMARY KEY ("userId", authenticator);

ALTER TABLE ONLY public."Challenges"
    ADD CONSTRAINT "Challenges_pkey" PRIMARY KEY ("challengeHash");

ALTER TABLE ONLY public."Devices"
    ADD CONSTRAINT "Devices_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Mails"
    ADD CONSTRAINT "Mails_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Migrations"
    ADD CONSTRAINT "Migrations_pkey" PRIMARY KEY (name);

ALTER TABLE ONLY public."OneTimeLinks"
    ADD CONSTRAINT "OneTimeLinks_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."OneTimeLinks"
    ADD CONSTRAINT "OneTimeLinks_tokenHash_key" UNIQUE ("tokenHash");

ALTER TABLE ONLY public."Passkeys"
    ADD CONSTRAINT "Passkeys_credentialId_key" UNIQUE ("credentialId");

ALTER TABLE ONLY public."Passkeys"
    ADD CONSTRAINT "Passkeys_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."RateLimits"
    ADD CONSTRAINT "RateLimits_pkey" PRIMARY KEY (key);

ALTER TABLE ONLY public."RecoveryCodes"
    ADD CONSTRAINT "RecoveryCodes_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Roles"
    ADD CONSTRAINT "Roles_name_key" UNIQUE (name);

ALTER TABLE ONLY public."Roles"
    ADD CONSTRAINT "Roles_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Sessions"
    ADD CONSTRAINT "Sessions_pkey" PRIMARY KEY (sid);

ALTER TABLE ONLY public."Sessions"
    ADD CONSTRAINT "Sessions_publicId_key" UNIQUE ("publicId");

ALTER TABLE ONLY public."SigningKeys"
    ADD CONSTRAINT "SigningKeys_kid_key" UNIQUE (kid);

ALTER TABLE ONLY public."SigningKeys"
    ADD CONSTRAINT "SigningKeys_pkey" PRIMARY KEY (serial);

ALTER TABLE ONLY public."TotpSecrets"
    ADD CONSTRAINT "TotpSecrets_pkey" PRIMARY KEY ("userId");

ALTER TABLE ONLY public."UserRoles"
    ADD CONSTRAINT "UserRoles_pkey" PRIMARY KEY ("userId", "roleId");

ALTER TABLE ONLY public."Users"
    ADD CONSTRAINT "Users_email_key" UNIQUE (email);

ALTER TABLE ONLY public."Users"
    ADD CONSTRAINT "Users_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Users"
    ADD CONSTRAINT "Users_username_key" UNIQUE (username);

CREATE INDEX api_tokens_user_id ON public."ApiTokens" USING btree ("userId");

CREATE INDEX audit_events_at ON public."AuditEvents" USING btree (at);

CREATE INDEX audit_events_event_seq ON public."AuditEvents" USING btree (event, seq);

CREATE INDEX audit_events_user_id_seq ON public."AuditEvents" USING btree ("userId", seq);

CREATE INDEX challenges_expires ON public."Challenges" USING btree (expires);

CREATE INDEX devices_expires ON public."Devices" USING btree (expires);

CREATE UNIQUE INDEX devices_token_hash_user_id ON public."Devices" USING btree ("tokenHash", "userId");

CREATE INDEX devices_user_id ON public."Devices" USING btree ("userId");

CREATE INDEX mails_next_attempt_at ON public."Mails" USING btree ("nextAttemptAt");

CREATE INDEX one_time_links_expires ON public."OneTimeLinks" USING btree (expires);

CREATE INDEX one_time_links_user_id ON public."OneTimeLinks" USING btree ("userId");

CREATE INDEX passkeys_user_id ON public."Passkeys" USING btree ("userId");

CREATE INDEX rate_limits_expire ON public."RateLimits" USING btree (expire);

CREATE INDEX recovery_codes_user_id ON public."RecoveryCodes" USING btree ("userId");

CREATE INDEX sessions_expires ON public."Sessions" USING btree (expires);

CREATE INDEX sessions_user_id ON public."Sessions" USING btree ("userId");

CREATE INDEX user_roles_role_id ON public."UserRoles" USING btree ("roleId");

CREATE TRIGGER audit_events_never_change BEFORE UPDATE OR TRUNCATE ON public."AuditEvents" FOR EACH STATEMENT EXECUTE FUNCTION public.audit_events_never_change();

CREATE TRIGGER latchkey_invalidate AFTER DELETE OR UPDATE OF "userId", "tokenHash", scopes, expires ON public."ApiTokens" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate_token();

CREATE TRIGGER latchkey_invalidate AFTER DELETE OR UPDATE ON public."Roles" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate();

CREATE TRIGGER latchkey_invalidate AFTER DELETE OR UPDATE ON public."Sessions" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate();

CREATE TRIGGER latchkey_invalidate AFTER INSERT OR DELETE OR UPDATE OF "retiredAt", "publicJwk" ON public."SigningKeys" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate_keys();

CREATE TRIGGER latchkey_invalidate AFTER INSERT OR DELETE OR UPDATE ON public."UserRoles" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate();

CREATE TRIGGER latchkey_invalidate AFTER DELETE OR UPDATE OF email, name, username, "disabledAt", "passwordHash" ON public."Users" FOR EACH ROW EXECUTE FUNCTION public.latchkey_invalidate();

ALTER TABLE ONLY public."ApiTokens"
    ADD CONSTRAINT "ApiTokens_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."AuthenticatorFailures"
    ADD CONSTRAINT "AuthenticatorFailures_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."Devices"
    ADD CONSTRAINT "Devices_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."Passkeys"
    ADD CONSTRAINT "Passkeys_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."RecoveryCodes"
    ADD CONSTRAINT "RecoveryCodes_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."Sessions"
    ADD CONSTRAINT "Sessions_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."TotpSecrets"
    ADD CONSTRAINT "TotpSecrets_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."UserRoles"
    ADD CONSTRAINT "UserRoles_roleId_fkey" FOREIGN KEY ("roleId") REFERENCES public."Roles"(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."UserRoles"
    ADD CONSTRAINT "UserRoles_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."Users"(id) ON DELETE CASCADE;

