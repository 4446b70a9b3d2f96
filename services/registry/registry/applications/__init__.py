"""登记事项申请: what an applicant asks the registration organ for, from draft to announcement."""
